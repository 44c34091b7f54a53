import { languageOf } from "../locales";

const NAMES = [
  "open",
  "pending",
  "solved",
  "closed",
  "fresh",
  "none",
  "loading",
  "failed",
  "again",
  "more",
  "back",
  "subject",
  "body",
  "priority",
  "low",
  "normal",
  "high",
  "urgent",
  "email",
  "optional",
  "send",
  "sending",
  "thanks",
  "another",
  "used",
  "required",
  "too_long",
  "not_an_address",
  "other",
  "unsent",
  "limited",
  "blocked",
  "suggest",
  "reply",
  "done",
  "reopen",
  "earlier",
  "you",
  "team",
  "rate",
  "bad",
  "good",
  "comment",
  "rated",
  "joined",
  "goes",
  "about",
  "log",
] as const;
export type TicketTexts = Record<(typeof NAMES)[number], string>;

const WORDS: Record<string, string> = {
  en: "Being worked on|Waiting for you|Solved|Closed|New ticket|You have no tickets yet.|Loading…|This could not be loaded.|Try again|Show more|All tickets|Subject|What can we do for you?|Priority|Low|Normal|High|Urgent|E-mail, for our answer|(optional)|Send|Sending…|We have it. Its number is {n}.|Open another|What you sent before has arrived. Send once more if this should arrive as well.|Please fill this in.|This is too long.|This is not an e-mail address.|This cannot be used.|It was not sent. What you typed is kept here: please try again in a moment.|A lot was sent just now. What you typed is kept here: please try again later.|You cannot write here.|These may answer it|Your answer|It is solved|Open it again|Show earlier|You|Support|How did we do?|Bad|Very good|Anything to add?|Thank you for telling us.|Another of your tickets was added to this: {n}|This goes on in {n}|Now about: {n}|What was said",
  de: "In Arbeit|Wartet auf Sie|Gelöst|Geschlossen|Neues Ticket|Sie haben noch keine Tickets.|Wird geladen…|Das konnte nicht geladen werden.|Erneut versuchen|Mehr anzeigen|Alle Tickets|Betreff|Was können wir für Sie tun?|Dringlichkeit|Niedrig|Normal|Hoch|Dringend|E-Mail, für unsere Antwort|(freiwillig)|Absenden|Wird gesendet…|Wir haben es. Die Nummer ist {n}.|Noch eines öffnen|Was Sie vorher gesendet haben, ist angekommen. Senden Sie noch einmal, wenn auch das ankommen soll.|Bitte füllen Sie das aus.|Das ist zu lang.|Das ist keine E-Mail-Adresse.|Das kann nicht verwendet werden.|Das wurde nicht gesendet. Ihr Text bleibt hier stehen: bitte versuchen Sie es gleich noch einmal.|Gerade wurde sehr viel gesendet. Ihr Text bleibt hier stehen: bitte versuchen Sie es später noch einmal.|Sie können hier nicht schreiben.|Das könnte die Antwort sein|Ihre Antwort|Es ist gelöst|Wieder öffnen|Frühere anzeigen|Sie|Support|Wie waren wir?|Schlecht|Sehr gut|Möchten Sie etwas hinzufügen?|Danke für Ihre Rückmeldung.|Ein anderes Ihrer Tickets kam hinzu: {n}|Es geht weiter in {n}|Jetzt geht es um: {n}|Was gesagt wurde",
  fr: "En cours|En attente de votre réponse|Résolu|Fermé|Nouveau ticket|Vous n’avez pas encore de ticket.|Chargement…|Le chargement a échoué.|Réessayer|Afficher plus|Tous les tickets|Objet|Que pouvons-nous faire pour vous ?|Priorité|Basse|Normale|Haute|Urgente|E-mail, pour notre réponse|(facultatif)|Envoyer|Envoi…|Nous l’avons reçu. Son numéro est {n}.|En ouvrir un autre|Votre envoi précédent est arrivé. Envoyez de nouveau si ceci doit arriver aussi.|Veuillez remplir ce champ.|C’est trop long.|Ce n’est pas une adresse e-mail.|Ceci ne peut pas être utilisé.|L’envoi a échoué. Votre texte est conservé ici : réessayez dans un instant.|Beaucoup d’envois à l’instant. Votre texte est conservé ici : réessayez plus tard.|Vous ne pouvez pas écrire ici.|Ceci répond peut-être à votre question|Votre réponse|C’est résolu|Rouvrir|Afficher les précédents|Vous|Assistance|Comment était-ce ?|Mauvais|Très bien|Quelque chose à ajouter ?|Merci pour votre retour.|Un autre de vos tickets a été ajouté ici : {n}|La suite est dans {n}|Désormais à propos de : {n}|Échanges",
  es: "En curso|Esperando su respuesta|Resuelto|Cerrado|Nuevo ticket|Aún no tiene tickets.|Cargando…|No se pudo cargar.|Reintentar|Mostrar más|Todos los tickets|Asunto|¿Qué podemos hacer por usted?|Prioridad|Baja|Normal|Alta|Urgente|Correo, para nuestra respuesta|(opcional)|Enviar|Enviando…|Lo tenemos. Su número es {n}.|Abrir otro|Lo que envió antes ha llegado. Envíe otra vez si esto también debe llegar.|Rellene este campo.|Es demasiado largo.|No es una dirección de correo.|Esto no se puede usar.|No se envió. Su texto se conserva aquí: inténtelo de nuevo en un momento.|Se ha enviado mucho ahora mismo. Su texto se conserva aquí: inténtelo más tarde.|No puede escribir aquí.|Esto quizá lo responda|Su respuesta|Está resuelto|Abrir de nuevo|Mostrar anteriores|Usted|Soporte|¿Qué tal lo hicimos?|Mal|Muy bien|¿Algo que añadir?|Gracias por su opinión.|Se añadió aquí otro de sus tickets: {n}|Continúa en {n}|Ahora trata de: {n}|Lo que se dijo",
  ar: "قيد العمل|بانتظار ردك|محلولة|مغلقة|تذكرة جديدة|ليست لديك تذاكر بعد.|جارٍ التحميل…|تعذّر التحميل.|أعد المحاولة|اعرض المزيد|كل التذاكر|الموضوع|كيف يمكننا مساعدتك؟|الأولوية|منخفضة|عادية|عالية|عاجلة|البريد الإلكتروني، لنرد عليك|(اختياري)|إرسال|جارٍ الإرسال…|وصلتنا. رقمها {n}.|افتح أخرى|وصل ما أرسلته من قبل. أرسل مرة أخرى إن أردت أن يصل هذا أيضًا.|يرجى ملء هذا الحقل.|هذا طويل جدًا.|هذا ليس عنوان بريد إلكتروني.|لا يمكن استخدام هذا.|لم يُرسل. ما كتبته محفوظ هنا: يرجى المحاولة بعد قليل.|أُرسل الكثير للتو. ما كتبته محفوظ هنا: يرجى المحاولة لاحقًا.|لا يمكنك الكتابة هنا.|قد تجد الإجابة هنا|ردك|حُلّت المشكلة|افتحها من جديد|اعرض الأقدم|أنت|الدعم|كيف كانت خدمتنا؟|سيئة|جيدة جدًا|هل تود إضافة شيء؟|شكرًا على رأيك.|أُضيفت إليها تذكرة أخرى لك: {n}|تستمر في {n}|الموضوع الآن: {n}|ما قيل",
  ja: "対応中|あなたの返信待ち|解決済み|終了|新しいお問い合わせ|お問い合わせはまだありません。|読み込み中…|読み込めませんでした。|もう一度試す|さらに表示|すべてのお問い合わせ|件名|どのようなご用件ですか？|優先度|低|通常|高|緊急|返信先のメールアドレス|（任意）|送信|送信中…|受け付けました。番号は {n} です。|もう一件送る|前回の送信は届いています。これも届けるには、もう一度送信してください。|入力してください。|長すぎます。|メールアドレスではありません。|使用できません。|送信できませんでした。入力内容は残っています。少ししてからもう一度お試しください。|送信が多すぎます。入力内容は残っています。後でもう一度お試しください。|ここには書き込めません。|こちらが答えかもしれません|ご返信|解決しました|再開する|以前のものを表示|あなた|サポート|対応はいかがでしたか？|悪い|とても良い|ほかにご意見はありますか？|ご意見ありがとうございます。|別のお問い合わせが統合されました: {n}|{n} で続きます|件名の変更: {n}|やり取り",
};

/** What people read around their tickets. `{n}` stands for a number or a subject. */
export function ticketTexts(locale: string): TicketTexts {
  const words = (WORDS[languageOf(locale)] ?? WORDS.en ?? "").split("|");
  return Object.fromEntries(NAMES.map((name, at) => [name, words[at] ?? ""])) as TicketTexts;
}
