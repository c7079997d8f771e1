//! Names of people and companies that do not exist.

pub(super) const FIRST_NAMES: &[&str] = &[
    "Ada", "Amir", "Ana", "Anouk", "Aylin", "Ben", "Bianca", "Carlos", "Chidi", "Clara", "Daniel", "Dara", "Elena",
    "Emil", "Farah", "Felix", "Freya", "Giulia", "Hana", "Hugo", "Ines", "Ivan", "Jakub", "Jonas", "Kaia", "Katrin",
    "Kenji", "Lena", "Liam", "Lucia", "Maja", "Marek", "Mei", "Milan", "Nadia", "Noah", "Nora", "Olga", "Oskar",
    "Paula", "Pedro", "Priya", "Ravi", "Rosa", "Samir", "Sofia", "Tariq", "Tessa", "Tomas", "Uma", "Vera", "Viktor",
    "Wanda", "Yara", "Yusuf", "Zoe",
];

pub(super) const LAST_NAMES: &[&str] = &[
    "Adler",
    "Almeida",
    "Andersen",
    "Baptiste",
    "Bauer",
    "Bianchi",
    "Brandt",
    "Castillo",
    "Chen",
    "Costa",
    "Dahl",
    "Demir",
    "Dubois",
    "Eriksen",
    "Fischer",
    "Fontaine",
    "Garcia",
    "Haddad",
    "Hansen",
    "Hoffmann",
    "Horvat",
    "Ito",
    "Ivanova",
    "Jansen",
    "Kaya",
    "Keller",
    "Kowalski",
    "Kumar",
    "Larsen",
    "Lindqvist",
    "Lopez",
    "Marino",
    "Meyer",
    "Moreau",
    "Nakamura",
    "Novak",
    "Okafor",
    "Olsen",
    "Petrov",
    "Ramos",
    "Rossi",
    "Sato",
    "Schmidt",
    "Silva",
    "Tanaka",
    "Varga",
    "Vogel",
    "Weber",
    "Yilmaz",
    "Zimmermann",
];

pub(super) const COMPANY_NAMES: &[&str] = &[
    "Alder",
    "Amber",
    "Anchor",
    "Atlas",
    "Beacon",
    "Birch",
    "Bluebird",
    "Bright",
    "Cedar",
    "Clearwater",
    "Cobalt",
    "Copper",
    "Coral",
    "Crescent",
    "Delta",
    "Ember",
    "Evergreen",
    "Falcon",
    "Fern",
    "Fjord",
    "Granite",
    "Harbour",
    "Hazel",
    "Heron",
    "Indigo",
    "Ivory",
    "Juniper",
    "Kestrel",
    "Lark",
    "Linden",
    "Lumen",
    "Maple",
    "Meadow",
    "Nimbus",
    "North",
    "Oak",
    "Orchard",
    "Osprey",
    "Pebble",
    "Pine",
    "Quarry",
    "Raven",
    "River",
    "Saffron",
    "Sage",
    "Silver",
    "Sparrow",
    "Stone",
    "Summit",
    "Tern",
    "Thistle",
    "Timber",
    "Valley",
    "Willow",
    "Wren",
];

pub(super) const COMPANY_TRADES: &[(&str, &str)] = &[
    ("Studio", "design"),
    ("Design", "design"),
    ("Labs", "software"),
    ("Software", "software"),
    ("Works", "manufacturing"),
    ("Foods", "retail"),
    ("Books", "retail"),
    ("Bikes", "retail"),
    ("Consulting", "consulting"),
    ("Partners", "consulting"),
    ("Logistics", "logistics"),
    ("Builders", "construction"),
    ("Health", "health"),
    ("Media", "media"),
];

pub(super) const ROLES: &[(&str, f64)] =
    &[("owner", 3.0), ("accountant", 2.5), ("manager", 2.0), ("assistant", 1.5), ("developer", 1.0)];

pub(super) const PLANS: &[(&str, f64)] = &[("free", 6.0), ("pro", 2.5), ("team", 1.5)];

pub(super) const SOURCES: &[(&str, f64)] = &[
    ("", 4.0),
    ("https://www.google.com/", 3.5),
    ("https://duckduckgo.com/", 0.8),
    ("https://www.linkedin.com/", 1.0),
    ("https://news.ycombinator.com/", 0.7),
];

pub(super) const LOCALES: &[(&str, f64)] =
    &[("en-GB", 3.0), ("en-US", 3.0), ("de-DE", 2.0), ("fr-FR", 1.0), ("es-ES", 1.0), ("pl-PL", 0.5)];

/// What somebody writes who is asked whether something is confusing them.
pub(super) fn confusions(language: &str) -> &'static [&'static str] {
    match language {
        "de" => CONFUSIONS_DE,
        "fr" => CONFUSIONS_FR,
        "es" => CONFUSIONS_ES,
        _ => CONFUSIONS,
    }
}

const CONFUSIONS: &[&str] = &[
    "The button does nothing.",
    "It says something is missing, but not what.",
    "Do I have to fill in all of this?",
    "Is the amount with or without tax?",
    "I don't know what to put under reference.",
    "Where do I change the due date?",
    "What happens when I press send? Does it go out at once?",
    "I can't find the customer I added yesterday.",
    "Why can I not save this?",
    "How do I get back to my list?",
    "I expected to see a preview first.",
    "Can I undo this?",
    "It keeps saying the e-mail address is wrong. It isn't.",
    "What is the difference between a draft and an open one?",
    "Is this on the free plan?",
    "Who will get this mail?",
];

const CONFUSIONS_DE: &[&str] = &[
    "Was ist mit Referenz gemeint?",
    "Der Knopf reagiert nicht.",
    "Ist der Betrag mit oder ohne Mehrwertsteuer?",
    "Es fehlt etwas, aber ich sehe nicht was.",
    "Kann ich das später noch ändern?",
];

const CONFUSIONS_FR: &[&str] =
    &["Le montant est-il hors taxes ?", "Le bouton ne réagit pas.", "Où puis-je changer l’échéance ?"];

const CONFUSIONS_ES: &[&str] =
    &["¿El importe es con IVA o sin IVA?", "El botón no hace nada.", "¿Dónde cambio la fecha de vencimiento?"];
