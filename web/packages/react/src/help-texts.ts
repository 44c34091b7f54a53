import { languageOf } from "./locales";

const NAMES = [
  "find",
  "none",
  "partial",
  "loading",
  "failed",
  "again",
  "helpful",
  "yes",
  "no",
  "thanks",
  "count",
] as const;
export type HelpTexts = Record<(typeof NAMES)[number], string>;

const WORDS: Record<string, string> = {
  en: "Search the help|Nothing was found. Try other words.|No answer has all of these words. These have some.|Loading…|This could not be loaded.|Try again|Was this helpful?|Yes|No|Thank you for telling us.|Answers: {n}",
  de: "Hilfe durchsuchen|Nichts gefunden. Versuchen Sie andere Wörter.|Keine Antwort enthält alle diese Wörter. Diese enthalten einige.|Wird geladen…|Das konnte nicht geladen werden.|Erneut versuchen|War das hilfreich?|Ja|Nein|Danke für Ihre Rückmeldung.|Antworten: {n}",
  fr: "Rechercher dans l’aide|Aucun résultat. Essayez d’autres mots.|Aucune réponse ne contient tous ces mots. Celles-ci en contiennent certains.|Chargement…|Le chargement a échoué.|Réessayer|Cela vous a-t-il aidé ?|Oui|Non|Merci pour votre retour.|Réponses : {n}",
  es: "Buscar en la ayuda|No se encontró nada. Pruebe con otras palabras.|Ninguna respuesta contiene todas estas palabras. Estas contienen algunas.|Cargando…|No se pudo cargar.|Reintentar|¿Le ha sido útil?|Sí|No|Gracias por su opinión.|Respuestas: {n}",
  ar: "ابحث في المساعدة|لم يُعثر على شيء. جرّب كلمات أخرى.|لا توجد إجابة تحتوي على كل هذه الكلمات. هذه تحتوي على بعضها.|جارٍ التحميل…|تعذّر التحميل.|أعد المحاولة|هل كان هذا مفيدًا؟|نعم|لا|شكرًا على رأيك.|الإجابات: {n}",
  ja: "ヘルプを検索|見つかりませんでした。別の言葉でお試しください。|すべての言葉を含む回答はありません。一部を含む回答です。|読み込み中…|読み込めませんでした。|もう一度試す|お役に立ちましたか？|はい|いいえ|ご意見ありがとうございます。|回答: {n}",
};

/** What the help centre says around the answers. */
export function helpTexts(locale: string): HelpTexts {
  const words = (WORDS[languageOf(locale)] ?? WORDS.en ?? "").split("|");
  return Object.fromEntries(NAMES.map((name, at) => [name, words[at] ?? ""])) as HelpTexts;
}
