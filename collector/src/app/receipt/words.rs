//! Why somebody was asked, in their own language where we speak it, else in English.

use domain::HESITATION;

/// For each language: what brought the prompt up, in the order of [`TRIGGERS`], then anything else.
const WHY: [(&str, [&str; 8]); 4] = [
    (
        "en",
        [
            "You did something that this question is about.",
            "You reached a step that this question is about.",
            "You have not yet reached a step that this question is about.",
            "It looked as if something on this page was holding you up.",
            "You had this page open for a while.",
            "You opened it.",
            "It is part of the page.",
            "The page asked for it.",
        ],
    ),
    (
        "de",
        [
            "Sie haben etwas getan, um das es in dieser Frage geht.",
            "Sie haben einen Schritt erreicht, um den es in dieser Frage geht.",
            "Sie haben einen Schritt noch nicht erreicht, um den es in dieser Frage geht.",
            "Es sah so aus, als halte Sie auf dieser Seite etwas auf.",
            "Diese Seite war bei Ihnen eine Weile offen.",
            "Sie haben sie geöffnet.",
            "Sie ist Teil der Seite.",
            "Die Seite hat darum gebeten.",
        ],
    ),
    (
        "fr",
        [
            "Vous avez fait ce sur quoi porte cette question.",
            "Vous avez atteint l’étape sur laquelle porte cette question.",
            "Vous n’avez pas encore atteint l’étape sur laquelle porte cette question.",
            "Quelque chose semblait vous retenir sur cette page.",
            "Cette page était ouverte depuis un moment.",
            "Vous l’avez ouverte.",
            "Elle fait partie de la page.",
            "La page l’a demandé.",
        ],
    ),
    (
        "es",
        [
            "Ha hecho algo de lo que trata esta pregunta.",
            "Ha llegado al paso del que trata esta pregunta.",
            "Aún no ha llegado al paso del que trata esta pregunta.",
            "Parecía que algo de esta página le frenaba.",
            "Tuvo esta página abierta un rato.",
            "Usted la abrió.",
            "Forma parte de la página.",
            "La página lo pidió.",
        ],
    ),
];

const TRIGGERS: [&str; 7] = ["message", "reached", "overdue", "hesitation", "timeOnPage", "tab", "inline"];

const CONFUSING: [(&str, &str); 4] = [
    ("en", "Is something confusing you?"),
    ("de", "Ist etwas unklar?"),
    ("fr", "Quelque chose n’est pas clair ?"),
    ("es", "¿Hay algo que no está claro?"),
];

pub(super) fn why(trigger: &str, prompt: &str, language: &str) -> &'static str {
    let trigger = if prompt == HESITATION { "hesitation" } else { trigger };
    let which = TRIGGERS.iter().position(|it| *it == trigger).unwrap_or(TRIGGERS.len());
    of(&WHY, language)[which]
}

/// The detector's question, as it is asked where the vendor did not word it anew.
pub(super) fn confusing(language: &str) -> &'static str {
    of(&CONFUSING, language)
}

fn of<T: Copy>(words: &[(&str, T); 4], language: &str) -> T {
    let primary = language.split(['-', '_']).next().unwrap_or_default();
    let own = words.iter().find(|it| it.0.eq_ignore_ascii_case(primary));
    own.unwrap_or(&words[0]).1
}
