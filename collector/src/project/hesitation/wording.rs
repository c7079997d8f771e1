//! The texts of the question in the languages that come with Milepost.

use domain::hesitation::Wording;

/// A language of questions and reasons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    English,
    German,
    French,
    Spanish,
}

impl Language {
    pub const ALL: [Self; 4] = [Self::English, Self::German, Self::French, Self::Spanish];

    /// The BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
        }
    }

    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.tag() == tag)
    }
}

/// The keys of `[hesitation.words]`, in the order of [`Wording`].
pub(in crate::project) const KEYS: [&str; Wording::COUNT] =
    ["question", "fine", "confused", "detail", "send", "thanks", "close", "links", "hint", "announcement", "never"];

/// In the order of [`Wording`].
pub fn builtin_words(language: Language) -> Vec<String> {
    texts(language).map(str::to_owned).to_vec()
}

fn texts(language: Language) -> [&'static str; Wording::COUNT] {
    match language {
        Language::English => [
            "Is something confusing you?",
            "No, I’m fine",
            "Yes",
            "What is unclear? (optional)",
            "Send",
            "Thank you.",
            "Close",
            "Help for this page",
            "Need help?",
            "Question in the corner of the page. Press F6 to go to it.",
            "Don’t ask again",
        ],
        Language::German => [
            "Ist hier etwas unklar?",
            "Nein, alles gut",
            "Ja",
            "Was ist unklar? (freiwillig)",
            "Senden",
            "Danke.",
            "Schließen",
            "Hilfe zu dieser Seite",
            "Brauchen Sie Hilfe?",
            "Frage in der Ecke der Seite. Mit F6 gelangen Sie hin.",
            "Nicht mehr fragen",
        ],
        // Before a question mark stands a narrow no-break space.
        Language::French => [
            "Quelque chose n’est pas clair\u{202f}?",
            "Non, tout va bien",
            "Oui",
            "Qu’est-ce qui n’est pas clair\u{202f}? (facultatif)",
            "Envoyer",
            "Merci.",
            "Fermer",
            "Aide pour cette page",
            "Besoin d’aide\u{202f}?",
            "Question dans le coin de la page. Appuyez sur F6 pour y accéder.",
            "Ne plus me demander",
        ],
        Language::Spanish => [
            "¿Hay algo que no está claro?",
            "No, todo bien",
            "Sí",
            "¿Qué no está claro? (opcional)",
            "Enviar",
            "Gracias.",
            "Cerrar",
            "Ayuda para esta página",
            "¿Necesita ayuda?",
            "Pregunta en la esquina de la página. Pulse F6 para ir a ella.",
            "No volver a preguntar",
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_says_everything_and_says_it_differently() {
        for language in Language::ALL {
            assert_eq!(Language::from_tag(language.tag()), Some(language));
            assert!(builtin_words(language).iter().all(|it| !it.trim().is_empty()));
        }
        let questions: std::collections::BTreeSet<String> =
            Language::ALL.iter().filter_map(|it| builtin_words(*it).first().cloned()).collect();
        assert_eq!(questions.len(), Language::ALL.len());
    }

    #[test]
    fn keys_stand_in_the_order_of_the_wording() {
        assert_eq!(KEYS[Wording::Question as usize], "question");
        assert_eq!(KEYS[Wording::Links as usize], "links");
        assert_eq!(KEYS[Wording::Never as usize], "never");
    }
}
