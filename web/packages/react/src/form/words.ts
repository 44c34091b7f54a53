/** What a form says by itself, in the languages that engage speaks. `#` stands for a number. */
export interface FormWords {
  send: string;
  sending: string;
  thanks: string;
  choose: string;
  optional: string;
  /** Above the list of what is wrong. */
  wrong: string;
  used: string;
  /** # is a number of minutes. */
  limited: string;
  failed: string;
  unavailable: string;
  faults: Readonly<Record<string, string>>;
}

const WORDS: Record<string, FormWords> = {
  en: {
    send: "Send",
    sending: "Sending …",
    thanks: "Thank you. Your message has arrived.",
    choose: "Please choose …",
    optional: "(optional)",
    wrong: "Please look at these again:",
    used: "What you sent before has arrived. Send once more if this should arrive as well.",
    limited: "A lot was sent from your address just now. What you typed is kept here: please send it again in # min.",
    failed: "It was not sent. What you typed is kept here: please try again in a moment.",
    unavailable: "The form cannot be shown right now. Please try again later.",
    faults: {
      required: "Please fill this in.",
      too_long: "This is too long.",
      too_short: "This is too short.",
      control_character: "This holds characters that cannot be used.",
      not_an_address: "This is not an e-mail address.",
      not_a_phone_number: "This is not a telephone number.",
      not_a_url: "A web address begins with https://",
      not_a_number: "This is not a number.",
      too_small: "This number is too small.",
      too_great: "This number is too great.",
      not_a_date: "This is not a date.",
      too_early: "This day is too early.",
      too_late: "This day is too late.",
      other: "This cannot be used.",
    },
  },
  de: {
    send: "Absenden",
    sending: "Wird gesendet …",
    thanks: "Vielen Dank. Ihre Nachricht ist angekommen.",
    choose: "Bitte wählen …",
    optional: "(freiwillig)",
    wrong: "Bitte sehen Sie sich das noch einmal an:",
    used: "Was Sie vorher gesendet haben, ist angekommen. Senden Sie noch einmal, wenn auch das ankommen soll.",
    limited:
      "Von Ihrer Adresse kam gerade sehr viel. Ihr Text bleibt hier stehen: bitte senden Sie ihn in # Min. noch einmal.",
    failed: "Das wurde nicht gesendet. Ihr Text bleibt hier stehen: bitte versuchen Sie es gleich noch einmal.",
    unavailable: "Das Formular kann gerade nicht angezeigt werden. Bitte versuchen Sie es später.",
    faults: {
      required: "Bitte füllen Sie das aus.",
      too_long: "Das ist zu lang.",
      too_short: "Das ist zu kurz.",
      control_character: "Darin sind Zeichen, die nicht möglich sind.",
      not_an_address: "Das ist keine E-Mail-Adresse.",
      not_a_phone_number: "Das ist keine Telefonnummer.",
      not_a_url: "Eine Webadresse beginnt mit https://",
      not_a_number: "Das ist keine Zahl.",
      too_small: "Diese Zahl ist zu klein.",
      too_great: "Diese Zahl ist zu groß.",
      not_a_date: "Das ist kein Datum.",
      too_early: "Dieser Tag ist zu früh.",
      too_late: "Dieser Tag ist zu spät.",
      other: "Das ist so nicht möglich.",
    },
  },
  fr: {
    send: "Envoyer",
    sending: "Envoi …",
    thanks: "Merci. Votre message est bien arrivé.",
    choose: "Veuillez choisir …",
    optional: "(facultatif)",
    wrong: "Veuillez revoir ceci :",
    used: "Votre envoi précédent est bien arrivé. Envoyez encore une fois si ceci doit arriver aussi.",
    limited: "Beaucoup d’envois viennent de votre adresse. Votre texte reste ici : renvoyez-le dans # min.",
    failed: "Cela n’a pas été envoyé. Votre texte reste ici : réessayez dans un instant.",
    unavailable: "Le formulaire ne peut pas être affiché pour le moment. Réessayez plus tard.",
    faults: {
      required: "Veuillez remplir ce champ.",
      too_long: "C’est trop long.",
      too_short: "C’est trop court.",
      control_character: "Certains caractères ne sont pas possibles.",
      not_an_address: "Ce n’est pas une adresse e-mail.",
      not_a_phone_number: "Ce n’est pas un numéro de téléphone.",
      not_a_url: "Une adresse web commence par https://",
      not_a_number: "Ce n’est pas un nombre.",
      too_small: "Ce nombre est trop petit.",
      too_great: "Ce nombre est trop grand.",
      not_a_date: "Ce n’est pas une date.",
      too_early: "Ce jour est trop tôt.",
      too_late: "Ce jour est trop tard.",
      other: "Ce n’est pas possible ainsi.",
    },
  },
  es: {
    send: "Enviar",
    sending: "Enviando …",
    thanks: "Gracias. Su mensaje ha llegado.",
    choose: "Elija una opción …",
    optional: "(opcional)",
    wrong: "Revise lo siguiente:",
    used: "Lo que envió antes ha llegado. Envíe otra vez si esto también debe llegar.",
    limited: "Ahora mismo llegó mucho desde su dirección. Su texto se queda aquí: envíelo de nuevo en # min.",
    failed: "No se ha enviado. Su texto se queda aquí: inténtelo de nuevo en un momento.",
    unavailable: "El formulario no se puede mostrar ahora. Inténtelo más tarde.",
    faults: {
      required: "Rellene este campo.",
      too_long: "Es demasiado largo.",
      too_short: "Es demasiado corto.",
      control_character: "Contiene caracteres que no se pueden usar.",
      not_an_address: "No es una dirección de correo.",
      not_a_phone_number: "No es un número de teléfono.",
      not_a_url: "Una dirección web empieza por https://",
      not_a_number: "No es un número.",
      too_small: "Este número es demasiado pequeño.",
      too_great: "Este número es demasiado grande.",
      not_a_date: "No es una fecha.",
      too_early: "Este día es demasiado pronto.",
      too_late: "Este día es demasiado tarde.",
      other: "Así no es posible.",
    },
  },
  ar: {
    send: "إرسال",
    sending: "جارٍ الإرسال …",
    thanks: "شكرًا لك. لقد وصلت رسالتك.",
    choose: "يُرجى الاختيار …",
    optional: "(اختياري)",
    wrong: "يُرجى مراجعة ما يلي:",
    used: "لقد وصل ما أرسلته من قبل. أرسل مرة أخرى إن كان ينبغي أن يصل هذا أيضًا.",
    limited: "وصل الكثير من عنوانك للتو. ما كتبته باقٍ هنا: يُرجى إرساله مرة أخرى بعد # دقيقة.",
    failed: "لم يُرسل. ما كتبته باقٍ هنا: يُرجى المحاولة مرة أخرى بعد قليل.",
    unavailable: "لا يمكن عرض النموذج الآن. يُرجى المحاولة لاحقًا.",
    faults: {
      required: "يُرجى ملء هذا الحقل.",
      too_long: "هذا طويل جدًا.",
      too_short: "هذا قصير جدًا.",
      control_character: "يحتوي على أحرف لا يمكن استخدامها.",
      not_an_address: "هذا ليس عنوان بريد إلكتروني.",
      not_a_phone_number: "هذا ليس رقم هاتف.",
      not_a_url: "يبدأ عنوان الويب بـ https://",
      not_a_number: "هذا ليس رقمًا.",
      too_small: "هذا الرقم صغير جدًا.",
      too_great: "هذا الرقم كبير جدًا.",
      not_a_date: "هذا ليس تاريخًا.",
      too_early: "هذا اليوم مبكر جدًا.",
      too_late: "هذا اليوم متأخر جدًا.",
      other: "لا يمكن استخدام هذا.",
    },
  },
  ja: {
    send: "送信",
    sending: "送信しています…",
    thanks: "ありがとうございます。メッセージが届きました。",
    choose: "選んでください…",
    optional: "（任意）",
    wrong: "次の項目をもう一度ご確認ください。",
    used: "先ほど送信された内容は届いています。こちらも届ける場合は、もう一度送信してください。",
    limited:
      "ただいま同じアドレスから多くの送信がありました。入力内容はここに残っています。#分後にもう一度送信してください。",
    failed: "送信できませんでした。入力内容はここに残っています。しばらくしてからもう一度お試しください。",
    unavailable: "現在フォームを表示できません。しばらくしてからお試しください。",
    faults: {
      required: "入力してください。",
      too_long: "長すぎます。",
      too_short: "短すぎます。",
      control_character: "使えない文字が含まれています。",
      not_an_address: "メールアドレスではありません。",
      not_a_phone_number: "電話番号ではありません。",
      not_a_url: "ウェブアドレスは https:// で始まります。",
      not_a_number: "数字ではありません。",
      too_small: "数が小さすぎます。",
      too_great: "数が大きすぎます。",
      not_a_date: "日付ではありません。",
      too_early: "日付が早すぎます。",
      too_late: "日付が遅すぎます。",
      other: "この内容は使えません。",
    },
  },
};

/** The words of `de-AT` are those of `de`; of a language that engage does not speak, English. */
export function formWords(locale: string): FormWords {
  const own = locale.toLowerCase().split("-")[0] ?? "";
  return (Object.hasOwn(WORDS, own) ? WORDS[own] : WORDS.en) as FormWords;
}

export function faultText(words: FormWords, code: string): string {
  return (Object.hasOwn(words.faults, code) ? words.faults[code] : words.faults.other) as string;
}
