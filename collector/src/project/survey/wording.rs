//! The words around every question in the languages that come with Milepost.

use domain::survey::SurveyWording;

/// The keys of `[survey.words]`, in the order of [`SurveyWording`].
pub(in crate::project) const WORD_KEYS: [&str; SurveyWording::COUNT] = [
    "next",
    "back",
    "skip",
    "send",
    "not_now",
    "never",
    "close",
    "why",
    "required",
    "progress",
    "announcement",
    "saved",
];

/// In the order of [`SurveyWording`], for a BCP 47 tag; `None` where we do not speak the language.
pub fn survey_words(tag: &str) -> Option<Vec<String>> {
    let tag = tag.to_lowercase();
    let mut parts = tag.split(['-', '_']);
    let primary = parts.next().unwrap_or_default();
    // Chinese is written in two ways and Portuguese spoken in two, told apart by script or country.
    let follows = |wanted: &[&str]| parts.clone().any(|it| wanted.contains(&it));
    let (is_traditional, is_european) = (follows(&["hant", "tw", "hk", "mo"]), follows(&["pt", "ao", "mz"]));
    let wanted = match primary {
        "zh" if is_traditional => "zh-hant",
        "pt" if is_european => "pt-pt",
        "no" | "nn" => "nb",
        "iw" => "he",
        other => other,
    };
    let (_, words) = ALL.iter().find(|(language, _)| *language == wanted)?;
    Some(words.map(str::to_owned).to_vec())
}

type Words = [&'static str; SurveyWording::COUNT];

const ALL: [(&str, Words); 22] = [
    (
        "en",
        [
            "Next",
            "Back",
            "Skip",
            "Send",
            "Not now",
            "Don’t ask again",
            "Close",
            "Why am I asked?",
            "Please answer this first.",
            "{at} of {of}",
            "Question in the corner of the page. Press F6 to go to it.",
            "Saved.",
        ],
    ),
    (
        "de",
        [
            "Weiter",
            "Zurück",
            "Überspringen",
            "Senden",
            "Jetzt nicht",
            "Nicht mehr fragen",
            "Schließen",
            "Warum werde ich gefragt?",
            "Bitte beantworten Sie zuerst diese Frage.",
            "{at} von {of}",
            "Frage in der Ecke der Seite. Mit F6 gelangen Sie hin.",
            "Gespeichert.",
        ],
    ),
    // Before a question mark stands a narrow no-break space.
    (
        "fr",
        [
            "Suivant",
            "Retour",
            "Passer",
            "Envoyer",
            "Pas maintenant",
            "Ne plus me demander",
            "Fermer",
            "Pourquoi cette question\u{202f}?",
            "Veuillez d’abord répondre à cette question.",
            "{at} sur {of}",
            "Question dans le coin de la page. Appuyez sur F6 pour y accéder.",
            "Enregistré.",
        ],
    ),
    (
        "es",
        [
            "Siguiente",
            "Atrás",
            "Omitir",
            "Enviar",
            "Ahora no",
            "No volver a preguntar",
            "Cerrar",
            "¿Por qué me preguntan esto?",
            "Responda primero a esta pregunta.",
            "{at} de {of}",
            "Pregunta en la esquina de la página. Pulse F6 para ir a ella.",
            "Guardado.",
        ],
    ),
    (
        "it",
        [
            "Avanti",
            "Indietro",
            "Salta",
            "Invia",
            "Non ora",
            "Non chiedermelo più",
            "Chiudi",
            "Perché questa domanda?",
            "Per favore, risponda prima a questa domanda.",
            "{at} di {of}",
            "Domanda nell’angolo della pagina. Prema F6 per raggiungerla.",
            "Salvato.",
        ],
    ),
    (
        "pt",
        [
            "Avançar",
            "Voltar",
            "Pular",
            "Enviar",
            "Agora não",
            "Não perguntar de novo",
            "Fechar",
            "Por que esta pergunta?",
            "Responda primeiro a esta pergunta.",
            "{at} de {of}",
            "Pergunta no canto da página. Pressione F6 para ir até ela.",
            "Salvo.",
        ],
    ),
    (
        "pt-pt",
        [
            "Seguinte",
            "Voltar",
            "Ignorar",
            "Enviar",
            "Agora não",
            "Não voltar a perguntar",
            "Fechar",
            "Porquê esta pergunta?",
            "Responda primeiro a esta pergunta.",
            "{at} de {of}",
            "Pergunta no canto da página. Prima F6 para ir até ela.",
            "Guardado.",
        ],
    ),
    (
        "nl",
        [
            "Volgende",
            "Terug",
            "Overslaan",
            "Versturen",
            "Niet nu",
            "Niet meer vragen",
            "Sluiten",
            "Waarom wordt mij dit gevraagd?",
            "Beantwoord eerst deze vraag.",
            "{at} van {of}",
            "Vraag in de hoek van de pagina. Druk op F6 om ernaartoe te gaan.",
            "Opgeslagen.",
        ],
    ),
    (
        "pl",
        [
            "Dalej",
            "Wstecz",
            "Pomiń",
            "Wyślij",
            "Nie teraz",
            "Nie pytaj więcej",
            "Zamknij",
            "Skąd to pytanie?",
            "Najpierw prosimy odpowiedzieć na to pytanie.",
            "{at} z {of}",
            "Pytanie w rogu strony. Aby do niego przejść, naciśnij F6.",
            "Zapisano.",
        ],
    ),
    (
        "sv",
        [
            "Nästa",
            "Tillbaka",
            "Hoppa över",
            "Skicka",
            "Inte nu",
            "Fråga inte igen",
            "Stäng",
            "Varför får jag den här frågan?",
            "Svara först på den här frågan.",
            "{at} av {of}",
            "Fråga i sidans hörn. Tryck på F6 för att gå till den.",
            "Sparat.",
        ],
    ),
    (
        "da",
        [
            "Næste",
            "Tilbage",
            "Spring over",
            "Send",
            "Ikke nu",
            "Spørg ikke igen",
            "Luk",
            "Hvorfor bliver jeg spurgt?",
            "Besvar først dette spørgsmål.",
            "{at} af {of}",
            "Spørgsmål i hjørnet af siden. Tryk på F6 for at gå til det.",
            "Gemt.",
        ],
    ),
    (
        "nb",
        [
            "Neste",
            "Tilbake",
            "Hopp over",
            "Send",
            "Ikke nå",
            "Ikke spør igjen",
            "Lukk",
            "Hvorfor blir jeg spurt?",
            "Svar på dette spørsmålet først.",
            "{at} av {of}",
            "Spørsmål i hjørnet av siden. Trykk på F6 for å gå til det.",
            "Lagret.",
        ],
    ),
    (
        "fi",
        [
            "Seuraava",
            "Takaisin",
            "Ohita",
            "Lähetä",
            "Ei nyt",
            "Älä kysy uudelleen",
            "Sulje",
            "Miksi minulta kysytään?",
            "Vastaa ensin tähän kysymykseen.",
            "{at}/{of}",
            "Kysymys sivun kulmassa. Siirry siihen painamalla F6.",
            "Tallennettu.",
        ],
    ),
    (
        "cs",
        [
            "Další",
            "Zpět",
            "Přeskočit",
            "Odeslat",
            "Teď ne",
            "Příště se neptat",
            "Zavřít",
            "Proč se mě ptáte?",
            "Nejprve prosím odpovězte na tuto otázku.",
            "{at} z {of}",
            "Otázka v rohu stránky. Přejdete na ni klávesou F6.",
            "Uloženo.",
        ],
    ),
    (
        "tr",
        [
            "İleri",
            "Geri",
            "Atla",
            "Gönder",
            "Şimdi değil",
            "Bir daha sorma",
            "Kapat",
            "Bu neden soruluyor?",
            "Lütfen önce bu soruyu yanıtlayın.",
            "{at} / {of}",
            "Sayfanın köşesinde bir soru var. Gitmek için F6 tuşuna basın.",
            "Kaydedildi.",
        ],
    ),
    (
        "uk",
        [
            "Далі",
            "Назад",
            "Пропустити",
            "Надіслати",
            "Не зараз",
            "Більше не питати",
            "Закрити",
            "Чому мене про це питають?",
            "Спершу дайте відповідь на це запитання.",
            "{at} з {of}",
            "Запитання в кутку сторінки. Щоб перейти до нього, натисніть F6.",
            "Збережено.",
        ],
    ),
    (
        "ja",
        [
            "次へ",
            "戻る",
            "スキップ",
            "送信",
            "今はしない",
            "今後は表示しない",
            "閉じる",
            "この質問が表示される理由",
            "先にこの質問にお答えください。",
            "{at} / {of}",
            "ページの隅に質問があります。F6 キーで移動できます。",
            "保存しました。",
        ],
    ),
    (
        "zh",
        [
            "下一步",
            "返回",
            "跳过",
            "发送",
            "以后再说",
            "不再询问",
            "关闭",
            "为什么问我？",
            "请先回答此问题。",
            "第 {at} 步，共 {of} 步",
            "页面角落有一个问题。按 F6 可转到该问题。",
            "已保存。",
        ],
    ),
    (
        "zh-hant",
        [
            "下一步",
            "返回",
            "略過",
            "傳送",
            "以後再說",
            "不再詢問",
            "關閉",
            "為什麼問我？",
            "請先回答此問題。",
            "第 {at} 步，共 {of} 步",
            "頁面角落有一個問題。按 F6 可移至該問題。",
            "已儲存。",
        ],
    ),
    (
        "ko",
        [
            "다음",
            "이전",
            "건너뛰기",
            "보내기",
            "나중에",
            "다시 묻지 않기",
            "닫기",
            "왜 이 질문을 받나요?",
            "먼저 이 질문에 답해 주세요.",
            "{at}/{of}",
            "페이지 모서리에 질문이 있습니다. F6 키를 누르면 이동합니다.",
            "저장되었습니다.",
        ],
    ),
    (
        "ar",
        [
            "التالي",
            "رجوع",
            "تخطٍّ",
            "إرسال",
            "ليس الآن",
            "عدم السؤال مجددًا",
            "إغلاق",
            "لماذا يُطرح عليّ هذا السؤال؟",
            "يُرجى الإجابة عن هذا السؤال أولًا.",
            "{at} من {of}",
            "يوجد سؤال في زاوية الصفحة. اضغط F6 للانتقال إليه.",
            "تم الحفظ.",
        ],
    ),
    (
        "he",
        [
            "הבא",
            "חזרה",
            "דילוג",
            "שליחה",
            "לא עכשיו",
            "לא לשאול שוב",
            "סגירה",
            "למה שואלים אותי?",
            "נא לענות קודם על השאלה הזו.",
            "{at} מתוך {of}",
            "יש שאלה בפינת העמוד. למעבר אליה יש להקיש F6.",
            "נשמר.",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_says_everything_and_says_it_differently() {
        for (language, words) in ALL {
            let found = survey_words(language).expect("spoken");
            assert_eq!(found, words, "{language}");
            assert!(words.iter().all(|it| !it.trim().is_empty() && it.trim() == *it), "{language}");
            let progress = words[SurveyWording::Progress as usize];
            assert!(progress.contains("{at}") && progress.contains("{of}"), "{language}");
            assert!(words[SurveyWording::Announcement as usize].contains("F6"), "{language}");
            let different: std::collections::BTreeSet<&str> = words.into_iter().collect();
            assert_eq!(different.len(), words.len(), "{language} says one thing twice");
            let whys = ALL
                .iter()
                .filter(|it| it.1[SurveyWording::Announcement as usize] == words[SurveyWording::Announcement as usize]);
            assert_eq!(whys.count(), 1, "{language}");
        }
    }

    #[test]
    fn a_tag_finds_its_language() {
        let next = |tag: &str| survey_words(tag).map(|it| it[SurveyWording::Next as usize].clone());
        assert_eq!(next("de-CH").as_deref(), Some("Weiter"));
        assert_eq!(next("PT_br").as_deref(), Some("Avançar"));
        assert_eq!(next("pt-PT").as_deref(), Some("Seguinte"));
        let skip = |tag: &str| survey_words(tag).map(|it| it[SurveyWording::Skip as usize].clone());
        assert_eq!(skip("zh-CN").as_deref(), Some("跳过"));
        assert_eq!(skip("zh-TW").as_deref(), Some("略過"));
        assert_eq!(next("no").as_deref(), Some("Neste"));
        assert_eq!(next("tlh"), None);
    }

    #[test]
    fn keys_stand_in_the_order_of_the_wording() {
        assert_eq!(WORD_KEYS[SurveyWording::NotNow as usize], "not_now");
        assert_eq!(WORD_KEYS[SurveyWording::Why as usize], "why");
        assert_eq!(WORD_KEYS[SurveyWording::Saved as usize], "saved");
    }
}
