//! Reasons as measured sentences: "38 s without acting; 95 % act within 22 s here".
//!
//! Knows languages and units, nothing of scores. Counts follow a colon or stand before `×`, so that no language needs
//! its plurals.

use domain::hesitation::Feature;
use sdk_core::hesitation::Reason;

/// One sentence for each reason, in their order.
pub fn sentences(reasons: &[Reason], language: &str) -> Vec<String> {
    reasons.iter().map(|it| sentence(it, language)).collect()
}

/// The reason in a language, given as a BCP 47 tag; English where we do not speak it.
pub fn sentence(reason: &Reason, language: &str) -> String {
    let language = Language::of(language);
    let unit = unit_of(reason.feature);
    let (measured, usual) = match language {
        Language::English => english(reason.feature),
        Language::German => german(reason.feature),
        Language::French => french(reason.feature),
        Language::Spanish => spanish(reason.feature),
    };
    let mut text = measured.replace("{}", &amount(reason.measured, unit, language));
    // Being within what is usual is no reason, and is not told as one: it was the rest that counted.
    let is_beyond = |it: &i64| if is_low(reason.feature) { reason.measured < *it } else { reason.measured > *it };
    if let Some(value) = reason.usual.filter(is_beyond).filter(|_| !usual.is_empty()) {
        text.push_str("; ");
        text.push_str(&usual.replace("{}", &amount(value, unit, language)));
    }
    text
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Language {
    English,
    German,
    French,
    Spanish,
}

impl Language {
    fn of(tag: &str) -> Self {
        let primary = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        match primary.as_str() {
            "de" => Self::German,
            "fr" => Self::French,
            "es" => Self::Spanish,
            _ => Self::English,
        }
    }

    fn decimal_sign(self) -> char {
        if self == Self::English { '.' } else { ',' }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Milliseconds,
    Count,
}

fn unit_of(feature: Feature) -> Unit {
    match feature {
        Feature::Idle
        | Feature::FirstAction
        | Feature::Stall
        | Feature::TimeHere
        | Feature::FieldLatency
        | Feature::Prior => Unit::Milliseconds,
        Feature::FewStates
        | Feature::QuickBack
        | Feature::Returns
        | Feature::ReEdits
        | Feature::Invalid
        | Feature::DeadClicks
        | Feature::ScrollReversals
        | Feature::Hovers
        | Feature::Help
        | Feature::Repeats
        | Feature::FewForActions
        | Feature::Slow
        | Feature::Restarts => Unit::Count,
    }
}

/// Little of it speaks for hesitation.
fn is_low(feature: Feature) -> bool {
    matches!(feature, Feature::FewStates | Feature::FewForActions | Feature::Slow)
}

fn amount(value: i64, unit: Unit, language: Language) -> String {
    let value = value.max(0);
    match unit {
        Unit::Milliseconds => duration(value, language),
        Unit::Count => value.to_string(),
    }
}

/// `0.4 s`, `38 s`, `2 min 5 s`, `1 h 10 min`: as exact as anybody wants to know.
fn duration(duration_ms: i64, language: Language) -> String {
    if duration_ms < 9_950 {
        return format!("{} s", tenths(duration_ms.saturating_add(50) / 100, language));
    }
    let seconds = duration_ms.saturating_add(500) / 1_000;
    let (minutes, hours) = (seconds / 60, seconds / 3_600);
    match (seconds, hours) {
        (..120, _) => format!("{seconds} s"),
        (_, 0) if seconds % 60 == 0 => format!("{minutes} min"),
        (_, 0) => format!("{minutes} min {} s", seconds % 60),
        _ if minutes % 60 == 0 => format!("{hours} h"),
        _ => format!("{hours} h {} min", minutes % 60),
    }
}

/// Tenths as a decimal number, without a zero behind the sign.
fn tenths(tenths: i64, language: Language) -> String {
    let (whole, rest) = (tenths / 10, tenths % 10);
    if rest == 0 { whole.to_string() } else { format!("{whole}{}{rest}", language.decimal_sign()) }
}

/// What was measured, and what nineteen in twenty do; empty where only the first makes sense.
type Templates = (&'static str, &'static str);

fn english(feature: Feature) -> Templates {
    match feature {
        Feature::Prior => ("{} here, and visits this long often fail", ""),
        Feature::Idle => ("{} without acting", "95 % act within {} here"),
        Feature::FirstAction => ("{} until the first action", "95 % begin within {} here"),
        Feature::Stall => ("{} without progress", "95 % get on within {} here"),
        Feature::FewStates => ("few steps for that time: {}", "95 % have at least {} by now"),
        Feature::TimeHere => ("{} on this page", "95 % need at most {}"),
        Feature::Returns => ("{}× back and forth", "95 % at most {}× here"),
        Feature::ReEdits => ("{}× changed a field again", "95 % at most {}× here"),
        Feature::FieldLatency => ("{} in a field before typing", "95 % begin within {} here"),
        Feature::Invalid => ("the same error again: {}×", "95 % at most {}× here"),
        Feature::DeadClicks => ("clicks without effect: {}", "95 % at most {} here"),
        Feature::QuickBack => ("went straight back: {}×", ""),
        Feature::ScrollReversals => ("{}× scrolled up and down", "95 % at most {}× here"),
        Feature::Hovers => ("the pointer rested or wavered {}×", "95 % at most {}× here"),
        Feature::Help => ("looked for help: {}×", ""),
        Feature::Repeats => ("actions without a new step: {}", "95 % need at most {} here"),
        Feature::FewForActions => ("few steps for so many actions: {}", "95 % have at least {}"),
        Feature::Slow => ("few actions of late: {}", "95 % make at least {}"),
        Feature::Restarts => ("{}× back to the beginning", "95 % at most {}× here"),
    }
}

fn german(feature: Feature) -> Templates {
    match feature {
        Feature::Prior => ("{} hier, und so lange Besuche scheitern oft", ""),
        Feature::Idle => ("{} ohne Handlung", "95 % handeln hier innerhalb von {}"),
        Feature::FirstAction => ("{} bis zur ersten Handlung", "95 % beginnen hier innerhalb von {}"),
        Feature::Stall => ("{} ohne Fortschritt", "95 % kommen hier innerhalb von {} weiter"),
        Feature::FewStates => ("wenige Schritte für die Zeit: {}", "95 % haben jetzt mindestens {}"),
        Feature::TimeHere => ("{} auf dieser Seite", "95 % brauchen höchstens {}"),
        Feature::Returns => ("{}× hin und zurück", "95 % hier höchstens {}×"),
        Feature::ReEdits => ("{}× ein Feld erneut geändert", "95 % hier höchstens {}×"),
        Feature::FieldLatency => ("{} in einem Feld vor der ersten Eingabe", "95 % beginnen hier innerhalb von {}"),
        Feature::Invalid => ("derselbe Fehler erneut: {}×", "95 % hier höchstens {}×"),
        Feature::DeadClicks => ("Klicks ohne Wirkung: {}", "95 % hier höchstens {}"),
        Feature::QuickBack => ("gleich wieder zurück: {}×", ""),
        Feature::ScrollReversals => ("{}× auf und ab gescrollt", "95 % hier höchstens {}×"),
        Feature::Hovers => ("der Zeiger ruhte oder schwankte {}×", "95 % hier höchstens {}×"),
        Feature::Help => ("Hilfe gesucht: {}×", ""),
        Feature::Repeats => ("Handlungen ohne neuen Schritt: {}", "95 % brauchen hier höchstens {}"),
        Feature::FewForActions => ("wenige Schritte für so viele Handlungen: {}", "95 % haben mindestens {}"),
        Feature::Slow => ("zuletzt wenige Handlungen: {}", "95 % machen mindestens {}"),
        Feature::Restarts => ("{}× zurück zum Anfang", "95 % hier höchstens {}×"),
    }
}

fn french(feature: Feature) -> Templates {
    match feature {
        Feature::Prior => ("{} ici, et les visites aussi longues échouent souvent", ""),
        Feature::Idle => ("{} sans agir", "95 % agissent ici en moins de {}"),
        Feature::FirstAction => ("{} avant la première action", "95 % commencent ici en moins de {}"),
        Feature::Stall => ("{} sans progresser", "95 % avancent ici en moins de {}"),
        Feature::FewStates => ("peu d’étapes pour ce temps : {}", "95 % en ont déjà au moins {}"),
        Feature::TimeHere => ("{} sur cette page", "il faut à 95 % au plus {}"),
        Feature::Returns => ("allers-retours : {}", "95 % en font au plus {} ici"),
        Feature::ReEdits => ("champs modifiés à nouveau : {}", "95 % au plus {} ici"),
        Feature::FieldLatency => ("{} dans un champ avant de saisir", "95 % commencent ici en moins de {}"),
        Feature::Invalid => ("la même erreur encore : {}", "95 % au plus {} ici"),
        Feature::DeadClicks => ("clics sans effet : {}", "95 % au plus {} ici"),
        Feature::QuickBack => ("retour immédiat : {}", ""),
        Feature::ScrollReversals => ("défilements de haut en bas : {}", "95 % au plus {} ici"),
        Feature::Hovers => ("arrêts ou hésitations du pointeur : {}", "95 % au plus {} ici"),
        Feature::Help => ("recherches d’aide : {}", ""),
        Feature::Repeats => ("actions sans nouvelle étape : {}", "il en faut ici à 95 % au plus {}"),
        Feature::FewForActions => ("peu d’étapes pour autant d’actions : {}", "95 % en ont au moins {}"),
        Feature::Slow => ("peu d’actions ces derniers temps : {}", "95 % en font au moins {}"),
        Feature::Restarts => ("retours au début : {}", "95 % au plus {} ici"),
    }
}

fn spanish(feature: Feature) -> Templates {
    match feature {
        Feature::Prior => ("{} aquí, y las visitas tan largas suelen fracasar", ""),
        Feature::Idle => ("{} sin actuar", "el 95 % actúa aquí en menos de {}"),
        Feature::FirstAction => ("{} hasta la primera acción", "el 95 % empieza aquí en menos de {}"),
        Feature::Stall => ("{} sin avanzar", "el 95 % avanza aquí en menos de {}"),
        Feature::FewStates => ("pocos pasos para ese tiempo: {}", "el 95 % ya lleva al menos {}"),
        Feature::TimeHere => ("{} en esta página", "el 95 % necesita como máximo {}"),
        Feature::Returns => ("idas y vueltas: {}", "el 95 % hace aquí como máximo {}"),
        Feature::ReEdits => ("campos cambiados de nuevo: {}", "el 95 % aquí como máximo {}"),
        Feature::FieldLatency => ("{} en un campo antes de escribir", "el 95 % empieza aquí en menos de {}"),
        Feature::Invalid => ("el mismo error otra vez: {}", "el 95 % aquí como máximo {}"),
        Feature::DeadClicks => ("clics sin efecto: {}", "el 95 % aquí como máximo {}"),
        Feature::QuickBack => ("volvió enseguida atrás: {}", ""),
        Feature::ScrollReversals => ("desplazamientos arriba y abajo: {}", "el 95 % aquí como máximo {}"),
        Feature::Hovers => ("pausas o vaivenes del puntero: {}", "el 95 % aquí como máximo {}"),
        Feature::Help => ("buscó ayuda: {}", ""),
        Feature::Repeats => ("acciones sin un paso nuevo: {}", "el 95 % necesita aquí como máximo {}"),
        Feature::FewForActions => ("pocos pasos para tantas acciones: {}", "el 95 % lleva al menos {}"),
        Feature::Slow => ("pocas acciones recientes: {}", "el 95 % hace al menos {}"),
        Feature::Restarts => ("vueltas al principio: {}", "el 95 % aquí como máximo {}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LANGUAGES: [&str; 4] = ["en", "de", "fr", "es"];

    fn reason(feature: Feature, measured: i64, usual: Option<i64>) -> Reason {
        Reason { feature, contribution: 1_000, measured, usual }
    }

    #[test]
    fn sentences_say_what_was_measured_and_what_is_usual() {
        let idle = reason(Feature::Idle, 38_000, Some(22_000));
        assert_eq!(sentence(&idle, "en"), "38 s without acting; 95 % act within 22 s here");
        assert_eq!(sentence(&idle, "de-AT"), "38 s ohne Handlung; 95 % handeln hier innerhalb von 22 s");
        assert_eq!(sentence(&idle, "fr"), "38 s sans agir; 95 % agissent ici en moins de 22 s");
        assert_eq!(sentence(&idle, "es_MX"), "38 s sin actuar; el 95 % actúa aquí en menos de 22 s");
        assert_eq!(sentence(&reason(Feature::Idle, 38_000, None), "tlh"), "38 s without acting");
    }

    #[test]
    fn what_is_within_the_usual_is_not_compared() {
        let idle = reason(Feature::Idle, 20_000, Some(22_000));
        assert_eq!(sentence(&idle, "en"), "20 s without acting");
        let few = |measured, usual| sentence(&reason(Feature::FewStates, measured, Some(usual)), "en");
        assert_eq!(few(1, 3), "few steps for that time: 1; 95 % have at least 3 by now");
        assert_eq!(few(6, 0), "few steps for that time: 6");
    }

    #[test]
    fn every_feature_has_words_of_its_own_in_every_language() {
        for language in LANGUAGES {
            let mut seen = std::collections::BTreeSet::new();
            for feature in Feature::ALL {
                let plain = sentence(&reason(feature, 61_000, None), language);
                let usual = if is_low(feature) { 99_000 } else { 9_000 };
                let whole = sentence(&reason(feature, 61_000, Some(usual)), language);
                assert!(whole.starts_with(&plain) && !plain.contains(';'), "{language} {whole}");
                assert!(!whole.contains(['{', '}']), "{language} {whole}");
                assert!(seen.insert(plain), "{language} {feature:?} says what another one says");
            }
        }
    }

    #[test]
    fn numbers_are_as_exact_as_anybody_wants_to_know() {
        let shown = |ms| duration(ms, Language::English);
        assert_eq!([shown(0), shown(420), shown(9_949)], ["0 s", "0.4 s", "9.9 s"]);
        assert_eq!([shown(9_950), shown(119_400), shown(120_000)], ["10 s", "119 s", "2 min"]);
        assert_eq!([shown(125_000), shown(3_600_000), shown(4_200_000)], ["2 min 5 s", "1 h", "1 h 10 min"]);
        assert_eq!(duration(4_200, Language::German), "4,2 s");
        assert_eq!(amount(2, Unit::Count, Language::English), "2");
        assert_eq!(amount(-5, Unit::Milliseconds, Language::English), "0 s");
        assert!(shown(i64::MAX).ends_with(" min"));
    }
}
