//! What the page of a form says by itself, in the languages of the widget and in its words (`web/packages/react/src/form/words.ts`).

use http::HeaderMap;

use crate::language;

/// The texts of one language.
#[derive(Debug)]
pub(super) struct Words {
    /// Its BCP 47 tag.
    pub(super) lang: &'static str,
    /// The direction of its writing.
    pub(super) dir: &'static str,
    pub(super) send: &'static str,
    pub(super) thanks: &'static str,
    /// Above the list of what is wrong.
    pub(super) wrong: &'static str,
    pub(super) used: &'static str,
    pub(super) expired: &'static str,
    /// `#` is a number of minutes.
    limited: &'static str,
    /// The label of what people do not see.
    pub(super) trap: &'static str,
    /// By their codes.
    faults: [(&'static str, &'static str); 13],
    other: &'static str,
}

impl Words {
    /// The language that is asked for, else the first of the reader's own that is spoken here, else English.
    pub(super) fn of(asked: Option<&str>, headers: &HeaderMap) -> &'static Self {
        language::of(asked, headers, &ALL, |words| words.lang).unwrap_or(&ALL[0])
    }

    /// What is wrong with an answer, by the code of its fault.
    pub(super) fn fault(&self, code: &str) -> &'static str {
        self.faults.iter().find(|(known, _)| *known == code).map_or(self.other, |(_, text)| text)
    }

    /// When it can be sent again.
    pub(super) fn limited(&self, minutes: u64) -> String {
        self.limited.replace('#', &minutes.to_string())
    }
}

const ALL: [Words; 6] = [
    Words {
        lang: "en",
        dir: "ltr",
        send: "Send",
        thanks: "Thank you. Your message has arrived.",
        wrong: "Please look at these again:",
        used: "What you sent before has arrived. Send once more if this should arrive as well.",
        expired: "This page was open for too long. Please look at what you typed, and send it once more.",
        limited: "A lot was sent from your address just now. What you typed is kept here: please send it again in # min.",
        trap: "Leave this empty",
        faults: [
            ("required", "Please fill this in."),
            ("too_long", "This is too long."),
            ("too_short", "This is too short."),
            ("control_character", "This holds characters that cannot be used."),
            ("not_an_address", "This is not an e-mail address."),
            ("not_a_phone_number", "This is not a telephone number."),
            ("not_a_url", "A web address begins with https://"),
            ("not_a_number", "This is not a number."),
            ("too_small", "This number is too small."),
            ("too_great", "This number is too great."),
            ("not_a_date", "This is not a date."),
            ("too_early", "This day is too early."),
            ("too_late", "This day is too late."),
        ],
        other: "This cannot be used.",
    },
    Words {
        lang: "de",
        dir: "ltr",
        send: "Absenden",
        thanks: "Vielen Dank. Ihre Nachricht ist angekommen.",
        wrong: "Bitte sehen Sie sich das noch einmal an:",
        used: "Was Sie vorher gesendet haben, ist angekommen. Senden Sie noch einmal, wenn auch das ankommen soll.",
        expired: "Diese Seite war zu lange offen. Bitte sehen Sie sich an, was Sie geschrieben haben, und senden Sie es noch einmal.",
        limited: "Von Ihrer Adresse kam gerade sehr viel. Ihr Text bleibt hier stehen: bitte senden Sie ihn in # Min. noch einmal.",
        trap: "Bitte leer lassen",
        faults: [
            ("required", "Bitte füllen Sie das aus."),
            ("too_long", "Das ist zu lang."),
            ("too_short", "Das ist zu kurz."),
            ("control_character", "Darin sind Zeichen, die nicht möglich sind."),
            ("not_an_address", "Das ist keine E-Mail-Adresse."),
            ("not_a_phone_number", "Das ist keine Telefonnummer."),
            ("not_a_url", "Eine Webadresse beginnt mit https://"),
            ("not_a_number", "Das ist keine Zahl."),
            ("too_small", "Diese Zahl ist zu klein."),
            ("too_great", "Diese Zahl ist zu groß."),
            ("not_a_date", "Das ist kein Datum."),
            ("too_early", "Dieser Tag ist zu früh."),
            ("too_late", "Dieser Tag ist zu spät."),
        ],
        other: "Das ist so nicht möglich.",
    },
    Words {
        lang: "fr",
        dir: "ltr",
        send: "Envoyer",
        thanks: "Merci. Votre message est bien arrivé.",
        wrong: "Veuillez revoir ceci :",
        used: "Votre envoi précédent est bien arrivé. Envoyez encore une fois si ceci doit arriver aussi.",
        expired: "Cette page est restée ouverte trop longtemps. Relisez ce que vous avez écrit et envoyez-le encore une fois.",
        limited: "Beaucoup d’envois viennent de votre adresse. Votre texte reste ici : renvoyez-le dans # min.",
        trap: "Laissez ce champ vide",
        faults: [
            ("required", "Veuillez remplir ce champ."),
            ("too_long", "C’est trop long."),
            ("too_short", "C’est trop court."),
            ("control_character", "Certains caractères ne sont pas possibles."),
            ("not_an_address", "Ce n’est pas une adresse e-mail."),
            ("not_a_phone_number", "Ce n’est pas un numéro de téléphone."),
            ("not_a_url", "Une adresse web commence par https://"),
            ("not_a_number", "Ce n’est pas un nombre."),
            ("too_small", "Ce nombre est trop petit."),
            ("too_great", "Ce nombre est trop grand."),
            ("not_a_date", "Ce n’est pas une date."),
            ("too_early", "Ce jour est trop tôt."),
            ("too_late", "Ce jour est trop tard."),
        ],
        other: "Ce n’est pas possible ainsi.",
    },
    Words {
        lang: "es",
        dir: "ltr",
        send: "Enviar",
        thanks: "Gracias. Su mensaje ha llegado.",
        wrong: "Revise lo siguiente:",
        used: "Lo que envió antes ha llegado. Envíe otra vez si esto también debe llegar.",
        expired: "Esta página estuvo abierta demasiado tiempo. Revise lo que escribió y envíelo una vez más.",
        limited: "Ahora mismo llegó mucho desde su dirección. Su texto se queda aquí: envíelo de nuevo en # min.",
        trap: "Deje esto vacío",
        faults: [
            ("required", "Rellene este campo."),
            ("too_long", "Es demasiado largo."),
            ("too_short", "Es demasiado corto."),
            ("control_character", "Contiene caracteres que no se pueden usar."),
            ("not_an_address", "No es una dirección de correo."),
            ("not_a_phone_number", "No es un número de teléfono."),
            ("not_a_url", "Una dirección web empieza por https://"),
            ("not_a_number", "No es un número."),
            ("too_small", "Este número es demasiado pequeño."),
            ("too_great", "Este número es demasiado grande."),
            ("not_a_date", "No es una fecha."),
            ("too_early", "Este día es demasiado pronto."),
            ("too_late", "Este día es demasiado tarde."),
        ],
        other: "Así no es posible.",
    },
    Words {
        lang: "ar",
        dir: "rtl",
        send: "إرسال",
        thanks: "شكرًا لك. لقد وصلت رسالتك.",
        wrong: "يُرجى مراجعة ما يلي:",
        used: "لقد وصل ما أرسلته من قبل. أرسل مرة أخرى إن كان ينبغي أن يصل هذا أيضًا.",
        expired: "بقيت هذه الصفحة مفتوحة وقتًا طويلًا. يُرجى مراجعة ما كتبته وإرساله مرة أخرى.",
        limited: "وصل الكثير من عنوانك للتو. ما كتبته باقٍ هنا: يُرجى إرساله مرة أخرى بعد # دقيقة.",
        trap: "اترك هذا فارغًا",
        faults: [
            ("required", "يُرجى ملء هذا الحقل."),
            ("too_long", "هذا طويل جدًا."),
            ("too_short", "هذا قصير جدًا."),
            ("control_character", "يحتوي على أحرف لا يمكن استخدامها."),
            ("not_an_address", "هذا ليس عنوان بريد إلكتروني."),
            ("not_a_phone_number", "هذا ليس رقم هاتف."),
            ("not_a_url", "يبدأ عنوان الويب بـ https://"),
            ("not_a_number", "هذا ليس رقمًا."),
            ("too_small", "هذا الرقم صغير جدًا."),
            ("too_great", "هذا الرقم كبير جدًا."),
            ("not_a_date", "هذا ليس تاريخًا."),
            ("too_early", "هذا اليوم مبكر جدًا."),
            ("too_late", "هذا اليوم متأخر جدًا."),
        ],
        other: "لا يمكن استخدام هذا.",
    },
    Words {
        lang: "ja",
        dir: "ltr",
        send: "送信",
        thanks: "ありがとうございます。メッセージが届きました。",
        wrong: "次の項目をもう一度ご確認ください。",
        used: "先ほど送信された内容は届いています。こちらも届ける場合は、もう一度送信してください。",
        expired: "このページが長く開かれたままでした。入力内容をご確認のうえ、もう一度送信してください。",
        limited: "ただいま同じアドレスから多くの送信がありました。入力内容はここに残っています。#分後にもう一度送信してください。",
        trap: "空のままにしてください",
        faults: [
            ("required", "入力してください。"),
            ("too_long", "長すぎます。"),
            ("too_short", "短すぎます。"),
            ("control_character", "使えない文字が含まれています。"),
            ("not_an_address", "メールアドレスではありません。"),
            ("not_a_phone_number", "電話番号ではありません。"),
            ("not_a_url", "ウェブアドレスは https:// で始まります。"),
            ("not_a_number", "数字ではありません。"),
            ("too_small", "数が小さすぎます。"),
            ("too_great", "数が大きすぎます。"),
            ("not_a_date", "日付ではありません。"),
            ("too_early", "日付が早すぎます。"),
            ("too_late", "日付が遅すぎます。"),
        ],
        other: "この内容は使えません。",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_says_everything_in_its_own_words() {
        let english = &ALL[0];
        for words in &ALL {
            let texts = [words.send, words.thanks, words.wrong, words.used, words.expired, words.trap, words.other];
            assert!(texts.iter().all(|text| !text.is_empty()));
            assert!(words.limited(7).contains('7') && !words.limited(7).contains('#'));
            for ((code, text), (own, _)) in words.faults.iter().zip(&english.faults) {
                assert!(code == own && !text.is_empty() && words.fault(code) == *text, "{code}");
            }
            assert!(words.lang == "en" || (words.thanks != english.thanks && words.expired != english.expired));
        }
        assert_eq!(english.fault("moon"), english.other);
    }
}
