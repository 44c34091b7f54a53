/** The few words of the launcher: its name, what is unread, what did not load, and how an invitation is put away. */
type Words = readonly [name: string, unread: string, broken: string, dismiss: string];

const WORDS: Record<string, Words> = {
  en: ["Chat with us", "unread messages: #", "could not be loaded, try again", "Close"],
  de: [
    "Chatten Sie mit uns",
    "ungelesene Nachrichten: #",
    "konnte nicht geladen werden, bitte noch einmal",
    "Schließen",
  ],
  fr: ["Discutez avec nous", "messages non lus : #", "n’a pas pu être chargé, réessayez", "Fermer"],
  es: ["Chatee con nosotros", "mensajes sin leer: #", "no se pudo cargar, inténtelo de nuevo", "Cerrar"],
  ar: ["تحدث معنا", "رسائل غير مقروءة: #", "تعذّر التحميل، حاول مرة أخرى", "إغلاق"],
  ja: ["チャットで相談", "未読メッセージ: #件", "読み込めませんでした。もう一度お試しください", "閉じる"],
};

export function words(language: string): Words {
  const own = language.toLowerCase().split("-")[0] ?? "";
  return (Object.hasOwn(WORDS, own) ? WORDS[own] : WORDS.en) as Words;
}
