//! What the form says, in the languages of the widget.

use http::HeaderMap;

use crate::language;

/// The texts of one language.
#[derive(Debug)]
pub(super) struct Words {
    /// Its BCP 47 tag.
    pub(super) lang: &'static str,
    /// The direction of its writing.
    pub(super) dir: &'static str,
    /// What is said to who has written.
    pub(super) sent: &'static str,
    /// That something is wrong with what was typed.
    pub(super) wrong: &'static str,
    pub(super) message: &'static str,
    pub(super) email: &'static str,
    pub(super) send: &'static str,
    /// The label of what people do not see.
    pub(super) trap: &'static str,
    required: &'static str,
    too_long: &'static str,
    not_an_address: &'static str,
    other: &'static str,
}

impl Words {
    /// The language that is asked for, else the first of the reader's own that is spoken here, else English.
    pub(super) fn of(asked: Option<&str>, headers: &HeaderMap) -> &'static Self {
        language::of(asked, headers, &ALL, |words| words.lang).unwrap_or(&ALL[0])
    }

    /// What is wrong with an answer, by the code of its fault.
    pub(super) fn fault(&self, code: &str) -> &'static str {
        match code {
            "required" | "blank" => self.required,
            "too_long" => self.too_long,
            "not_an_address" => self.not_an_address,
            _ => self.other,
        }
    }
}

const ALL: [Words; 6] = [
    Words {
        lang: "en",
        dir: "ltr",
        sent: "Thank you. Your message has arrived, and we will answer.",
        wrong: "Something is missing or cannot be used. See below.",
        message: "Message",
        email: "E-mail",
        send: "Send",
        trap: "Leave this empty",
        required: "This is needed.",
        too_long: "This is too long.",
        not_an_address: "This is not an e-mail address.",
        other: "This cannot be used.",
    },
    Words {
        lang: "de",
        dir: "ltr",
        sent: "Danke. Ihre Nachricht ist angekommen, und wir werden antworten.",
        wrong: "Etwas fehlt oder kann nicht verwendet werden. Siehe unten.",
        message: "Nachricht",
        email: "E-Mail",
        send: "Senden",
        trap: "Bitte leer lassen",
        required: "Das wird gebraucht.",
        too_long: "Das ist zu lang.",
        not_an_address: "Das ist keine E-Mail-Adresse.",
        other: "Das kann nicht verwendet werden.",
    },
    Words {
        lang: "fr",
        dir: "ltr",
        sent: "Merci. Votre message est arrivé, et nous allons répondre.",
        wrong: "Quelque chose manque ou ne peut pas être utilisé. Voyez ci-dessous.",
        message: "Message",
        email: "E-mail",
        send: "Envoyer",
        trap: "Laissez ce champ vide",
        required: "Ceci est nécessaire.",
        too_long: "C’est trop long.",
        not_an_address: "Ce n’est pas une adresse e-mail.",
        other: "Ceci ne peut pas être utilisé.",
    },
    Words {
        lang: "es",
        dir: "ltr",
        sent: "Gracias. Su mensaje ha llegado y le responderemos.",
        wrong: "Falta algo o no se puede usar. Vea abajo.",
        message: "Mensaje",
        email: "Correo electrónico",
        send: "Enviar",
        trap: "Deje esto vacío",
        required: "Esto hace falta.",
        too_long: "Es demasiado largo.",
        not_an_address: "No es una dirección de correo.",
        other: "Esto no se puede usar.",
    },
    Words {
        lang: "ar",
        dir: "rtl",
        sent: "شكرًا. وصلت رسالتك وسنرد عليك.",
        wrong: "هناك شيء ناقص أو لا يمكن استخدامه. انظر أدناه.",
        message: "الرسالة",
        email: "البريد الإلكتروني",
        send: "إرسال",
        trap: "اترك هذا فارغًا",
        required: "هذا مطلوب.",
        too_long: "هذا طويل جدًا.",
        not_an_address: "ليس عنوان بريد إلكتروني.",
        other: "لا يمكن استخدام هذا.",
    },
    Words {
        lang: "ja",
        dir: "ltr",
        sent: "ありがとうございます。メッセージを受け取りました。追ってお返事します。",
        wrong: "不足しているか、使えないものがあります。下をご覧ください。",
        message: "メッセージ",
        email: "メールアドレス",
        send: "送信",
        trap: "空のままにしてください",
        required: "必須です。",
        too_long: "長すぎます。",
        not_an_address: "メールアドレスではありません。",
        other: "これは使えません。",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_says_everything_in_its_own_words() {
        let english = &ALL[0];
        for words in &ALL {
            let texts = [words.sent, words.wrong, words.send, words.trap, words.required, words.too_long, words.other];
            assert!(texts.iter().all(|text| !text.is_empty()));
            assert!(words.lang == "en" || (words.sent != english.sent && words.wrong != english.wrong));
        }
    }
}
