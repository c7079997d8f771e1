//! What people write, in the language they were asked in.

/// What they write about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mood {
    Happy,
    Middling,
    Unhappy,
    /// Nothing was wrong or right: they want something.
    Idea,
}

impl Mood {
    pub(super) fn texts(self, language: &str) -> &'static [&'static str] {
        match (self, language) {
            (Self::Happy, "de") => HAPPY_DE,
            (Self::Happy, _) => HAPPY,
            (Self::Middling, "de") => MIDDLING_DE,
            (Self::Middling, _) => MIDDLING,
            (Self::Unhappy, "de") => UNHAPPY_DE,
            (Self::Unhappy, _) => UNHAPPY,
            (Self::Idea, "de") => IDEAS_DE,
            (Self::Idea, _) => IDEAS,
        }
    }
}

/// "Something else".
pub(super) fn others(language: &str) -> &'static [&'static str] {
    if language == "de" { OTHERS_DE } else { OTHERS }
}

/// What was looked for.
pub(super) fn sought(language: &str) -> &'static [&'static str] {
    if language == "de" { SOUGHT_DE } else { SOUGHT }
}

const HAPPY: &[&str] = &[
    "My first invoice was out in five minutes. I expected an evening.",
    "It does one thing and does it well.",
    "Customers pay faster since they get a link.",
    "My accountant likes it, so I like it.",
    "Finally something I can use without a manual.",
    "Support answered within the hour, on a Saturday.",
    "I see at a glance who has not paid.",
    "Clean, quick, no nonsense.",
    "We moved three people over in one afternoon.",
    "It looks better than the invoices I used to make by hand.",
];

const HAPPY_DE: &[&str] = &[
    "In fünf Minuten war die erste Rechnung draußen.",
    "Endlich etwas, das ich ohne Anleitung verstehe.",
    "Seit es den Link gibt, zahlen die Kunden schneller.",
    "Übersichtlich und schnell, mehr brauche ich nicht.",
    "Ich sehe sofort, wer noch nicht gezahlt hat.",
];

const MIDDLING: &[&str] = &[
    "Good, but I miss recurring invoices.",
    "Does the job. The mobile view could be better.",
    "I would like to use my own numbering.",
    "Fine for now, let's see when we grow.",
    "Reminders would make it perfect.",
    "Took me a while to find where to add a second currency.",
    "Solid. A bit slow in the mornings.",
];

const MIDDLING_DE: &[&str] = &[
    "Gut, aber mir fehlen wiederkehrende Rechnungen.",
    "Tut, was es soll. Am Handy etwas eng.",
    "Ich hätte gern eigene Rechnungsnummern.",
    "Mahnungen würden es rund machen.",
];

const UNHAPPY: &[&str] = &[
    "I could not find out how to send the thing.",
    "No export to my bookkeeping. I have to type everything twice.",
    "It logged me out twice and my draft was gone.",
    "Too expensive for two invoices a month.",
    "I did not understand what a draft is and what is not.",
    "The tax is wrong for my country and I cannot change it.",
    "My colleague never got the invitation.",
    "Slow. Every page takes seconds.",
    "I need a logo on the invoice, otherwise it is of no use to me.",
];

const UNHAPPY_DE: &[&str] = &[
    "Ich habe nicht gefunden, wie man die Rechnung abschickt.",
    "Kein Export für die Buchhaltung, ich tippe alles doppelt.",
    "Für zwei Rechnungen im Monat zu teuer.",
    "Die Umsatzsteuer stimmt bei mir nicht.",
    "Mein Entwurf war plötzlich weg.",
];

const IDEAS: &[&str] = &[
    "Could you add recurring invoices?",
    "Please let me upload a logo.",
    "A dark mode for the app would be lovely.",
    "Let me sort the list by due date.",
    "The link to the payment page should have a copy button on the phone, too.",
    "I would pay for reminders that send themselves.",
    "An export as CSV, please.",
    "It would help to duplicate an old invoice.",
];

const IDEAS_DE: &[&str] = &[
    "Bitte wiederkehrende Rechnungen.",
    "Ein Logo auf der Rechnung wäre schön.",
    "Könnte man die Liste nach Fälligkeit sortieren?",
    "Ein Export als CSV wäre hilfreich.",
];

const OTHERS: &[&str] = &[
    "I was waiting for my tax number",
    "the date format",
    "my browser, I think",
    "a bank that does not do transfers on weekends",
    "that I cannot undo sending",
];

const OTHERS_DE: &[&str] =
    &["Ich warte noch auf meine Steuernummer", "das Datumsformat", "dass man nichts zurücknehmen kann"];

const SOUGHT: &[&str] = &[
    "how to send a reminder",
    "changing the due date",
    "credit notes",
    "adding my logo",
    "exporting for my accountant",
    "deleting a customer",
];

const SOUGHT_DE: &[&str] =
    &["wie ich eine Mahnung schicke", "Gutschriften", "mein Logo einfügen", "Export für den Steuerberater"];
