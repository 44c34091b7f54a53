//! What the page says, in the languages of the widget.

use http::HeaderMap;

use crate::language;

/// The texts of one language.
#[derive(Debug)]
pub(super) struct Words {
    /// Its BCP 47 tag.
    pub(super) lang: &'static str,
    /// The direction of its writing.
    pub(super) dir: &'static str,
    pub(super) title: &'static str,
    pub(super) about: &'static str,
    pub(super) open: &'static str,
    /// That the link leads nowhere.
    pub(super) over: &'static str,
}

impl Words {
    /// The first of the reader's own languages that is spoken here, else English.
    pub(super) fn of(headers: &HeaderMap) -> &'static Self {
        language::of(None, headers, &ALL, |words| words.lang).unwrap_or(&ALL[0])
    }
}

const ALL: [Words; 6] = [
    Words {
        lang: "en",
        dir: "ltr",
        title: "Your requests",
        about: "Here you can see your requests and answer them. This link works once.",
        open: "Show my requests",
        over: "This link was used before, or is too old. Ask for another one where you see your requests.",
    },
    Words {
        lang: "de",
        dir: "ltr",
        title: "Ihre Anfragen",
        about: "Hier sehen und beantworten Sie Ihre Anfragen. Dieser Link gilt einmal.",
        open: "Meine Anfragen zeigen",
        over: "Dieser Link wurde schon benutzt oder ist zu alt. Fordern Sie bei Ihren Anfragen einen neuen an.",
    },
    Words {
        lang: "fr",
        dir: "ltr",
        title: "Vos demandes",
        about: "Consultez ici vos demandes et répondez-y. Ce lien ne fonctionne qu’une fois.",
        open: "Voir mes demandes",
        over: "Ce lien a déjà servi ou est trop ancien. Demandez-en un autre là où vous consultez vos demandes.",
    },
    Words {
        lang: "es",
        dir: "ltr",
        title: "Sus solicitudes",
        about: "Aquí puede ver sus solicitudes y responder. Este enlace funciona una sola vez.",
        open: "Ver mis solicitudes",
        over: "Este enlace ya se ha usado o es demasiado antiguo. Pida otro donde ve sus solicitudes.",
    },
    Words {
        lang: "ar",
        dir: "rtl",
        title: "طلباتك",
        about: "يمكنك هنا رؤية طلباتك والرد عليها. يعمل هذا الرابط مرة واحدة.",
        open: "عرض طلباتي",
        over: "استُخدم هذا الرابط من قبل أو انتهت صلاحيته. اطلب رابطًا جديدًا من صفحة طلباتك.",
    },
    Words {
        lang: "ja",
        dir: "ltr",
        title: "お問い合わせ",
        about: "ここでお問い合わせの確認と返信ができます。このリンクは一度だけ使えます。",
        open: "お問い合わせを見る",
        over: "このリンクは使用済みか、有効期限が切れています。お問い合わせのページから新しいリンクをお求めください。",
    },
];
