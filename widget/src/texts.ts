/** The texts of the widget, in the order of `KEYS`, by language. */

const KEYS = [
  "title",
  "matches",
  "back",
  "newTab",
  "question",
  "yes",
  "no",
  "solved",
  "unsolved",
  "hold",
  "send",
  "count",
  "failed",
] as const;

export type Texts = Record<(typeof KEYS)[number], string>;

/** `count` has the number of articles in place of `#`. */
const TEXTS: Record<string, string[]> = {
  ar: ["مقالات قد تجيب عن سؤالك", "كلمات مشتركة:", "العودة إلى المقالات", "فتح في علامة تبويب جديدة", "هل أجاب هذا عن سؤالك؟", "نعم", "لا", "يسعدنا ذلك. لا حاجة إلى إرسال رسالتك.", "شكرًا. أرسل رسالتك وسنساعدك.", "قبل الإرسال: قد تجيب هذه المقالات عن سؤالك.", "إرسال على أي حال", "عدد المقالات المقترحة: #", "تعذر فتح المقالة."],
  cs: ["Články, které mohou odpovědět na váš dotaz", "Společná slova:", "Zpět na články", "Otevřít na nové kartě", "Odpovědělo to na vaši otázku?", "Ano", "Ne", "To nás těší. Zprávu nemusíte odesílat.", "Děkujeme. Odešlete zprávu a pomůžeme vám.", "Než odešlete: tyto články mohou odpovědět na váš dotaz.", "Přesto odeslat", "Navržené články: #", "Článek se nepodařilo otevřít."],
  da: ["Artikler, der måske besvarer dit spørgsmål", "Fælles ord:", "Tilbage til artiklerne", "Åbn i ny fane", "Besvarede det dit spørgsmål?", "Ja", "Nej", "Det glæder os. Du behøver ikke sende beskeden.", "Tak. Send din besked, så hjælper vi dig.", "Før du sender: disse artikler besvarer måske dit spørgsmål.", "Send alligevel", "Foreslåede artikler: #", "Artiklen kunne ikke åbnes."],
  de: ["Artikel, die Ihre Frage beantworten könnten", "Gemeinsame Wörter:", "Zurück zu den Artikeln", "In neuem Tab öffnen", "Hat das Ihre Frage beantwortet?", "Ja", "Nein", "Das freut uns. Sie müssen die Nachricht nicht senden.", "Danke. Senden Sie Ihre Nachricht, und wir helfen Ihnen.", "Bevor Sie senden: Diese Artikel könnten Ihre Frage beantworten.", "Trotzdem senden", "Vorgeschlagene Artikel: #", "Der Artikel konnte nicht geöffnet werden."],
  en: ["Articles that may answer your question", "Words in common:", "Back to the articles", "Open in a new tab", "Did this answer your question?", "Yes", "No", "Good to hear. You do not need to send your message.", "Thank you. Send your message and we will help you.", "Before you send: these articles may answer your question.", "Send anyway", "Suggested articles: #", "The article could not be opened."],
  es: ["Artículos que pueden responder a su pregunta", "Palabras en común:", "Volver a los artículos", "Abrir en una pestaña nueva", "¿Ha respondido a su pregunta?", "Sí", "No", "Nos alegramos. No hace falta que envíe su mensaje.", "Gracias. Envíe su mensaje y le ayudaremos.", "Antes de enviar: estos artículos pueden responder a su pregunta.", "Enviar de todos modos", "Artículos sugeridos: #", "No se ha podido abrir el artículo."],
  fi: ["Artikkeleita, jotka voivat vastata kysymykseesi", "Yhteiset sanat:", "Takaisin artikkeleihin", "Avaa uudessa välilehdessä", "Vastasiko tämä kysymykseesi?", "Kyllä", "Ei", "Hyvä kuulla. Sinun ei tarvitse lähettää viestiäsi.", "Kiitos. Lähetä viestisi, niin autamme sinua.", "Ennen lähettämistä: nämä artikkelit voivat vastata kysymykseesi.", "Lähetä silti", "Ehdotettuja artikkeleita: #", "Artikkelia ei voitu avata."],
  fr: ["Articles susceptibles de répondre à votre question", "Mots en commun :", "Revenir aux articles", "Ouvrir dans un nouvel onglet", "Cela répond-il à votre question ?", "Oui", "Non", "Nous en sommes ravis. Inutile d’envoyer votre message.", "Merci. Envoyez votre message et nous vous aiderons.", "Avant l’envoi : ces articles peuvent répondre à votre question.", "Envoyer quand même", "Articles proposés : #", "L’article n’a pas pu être ouvert."],
  he: ["מאמרים שעשויים לענות על שאלתך", "מילים משותפות:", "חזרה למאמרים", "פתיחה בכרטיסייה חדשה", "האם זה ענה על שאלתך?", "כן", "לא", "שמחנו לעזור. אין צורך לשלוח את ההודעה.", "תודה. שלחו את ההודעה ונעזור לכם.", "לפני השליחה: המאמרים האלה עשויים לענות על שאלתך.", "לשלוח בכל זאת", "מאמרים מוצעים: #", "לא ניתן היה לפתוח את המאמר."],
  it: ["Articoli che potrebbero rispondere alla sua domanda", "Parole in comune:", "Torna agli articoli", "Apri in una nuova scheda", "Ha trovato la risposta?", "Sì", "No", "Ci fa piacere. Non occorre inviare il messaggio.", "Grazie. Invii il messaggio e la aiuteremo.", "Prima di inviare: questi articoli potrebbero rispondere alla sua domanda.", "Invia comunque", "Articoli suggeriti: #", "Non è stato possibile aprire l’articolo."],
  ja: ["ご質問の答えになりそうな記事", "共通する言葉：", "記事の一覧に戻る", "新しいタブで開く", "この記事で解決しましたか？", "はい", "いいえ", "解決して何よりです。メッセージの送信は不要です。", "ありがとうございます。メッセージを送信してください。", "送信する前に：次の記事が答えになるかもしれません。", "このまま送信", "おすすめの記事：#件", "記事を開けませんでした。"],
  ko: ["질문에 답이 될 수 있는 문서", "공통 단어:", "문서 목록으로 돌아가기", "새 탭에서 열기", "질문에 답이 되었나요?", "예", "아니요", "다행입니다. 메시지를 보내지 않으셔도 됩니다.", "감사합니다. 메시지를 보내 주시면 도와드리겠습니다.", "보내기 전에: 다음 문서가 답이 될 수 있습니다.", "그래도 보내기", "추천 문서: #개", "문서를 열 수 없습니다."],
  lt: ["Straipsniai, kurie gali atsakyti į jūsų klausimą", "Bendri žodžiai:", "Atgal į straipsnius", "Atidaryti naujame skirtuke", "Ar tai atsakė į jūsų klausimą?", "Taip", "Ne", "Džiaugiamės. Žinutės siųsti nereikia.", "Ačiū. Išsiųskite žinutę, ir mes jums padėsime.", "Prieš siųsdami: šie straipsniai gali atsakyti į jūsų klausimą.", "Vis tiek siųsti", "Siūlomi straipsniai: #", "Straipsnio atidaryti nepavyko."],
  nl: ["Artikelen die je vraag kunnen beantwoorden", "Gemeenschappelijke woorden:", "Terug naar de artikelen", "Openen in nieuw tabblad", "Was dit het antwoord op je vraag?", "Ja", "Nee", "Fijn. Je hoeft je bericht niet te versturen.", "Bedankt. Verstuur je bericht, dan helpen we je.", "Voordat je verstuurt: deze artikelen kunnen je vraag beantwoorden.", "Toch versturen", "Voorgestelde artikelen: #", "Het artikel kon niet worden geopend."],
  pl: ["Artykuły, które mogą odpowiedzieć na Twoje pytanie", "Wspólne słowa:", "Wróć do artykułów", "Otwórz w nowej karcie", "Czy to odpowiedziało na Twoje pytanie?", "Tak", "Nie", "Cieszymy się. Nie musisz wysyłać wiadomości.", "Dziękujemy. Wyślij wiadomość, a pomożemy.", "Zanim wyślesz: te artykuły mogą odpowiedzieć na Twoje pytanie.", "Wyślij mimo to", "Proponowane artykuły: #", "Nie udało się otworzyć artykułu."],
  pt: ["Artigos que podem responder à sua pergunta", "Palavras em comum:", "Voltar aos artigos", "Abrir em uma nova aba", "Isto respondeu à sua pergunta?", "Sim", "Não", "Que bom. Não é preciso enviar a mensagem.", "Obrigado. Envie a mensagem e ajudaremos.", "Antes de enviar: estes artigos podem responder à sua pergunta.", "Enviar mesmo assim", "Artigos sugeridos: #", "Não foi possível abrir o artigo."],
  sv: ["Artiklar som kan besvara din fråga", "Gemensamma ord:", "Tillbaka till artiklarna", "Öppna i ny flik", "Fick du svar på din fråga?", "Ja", "Nej", "Vad bra. Du behöver inte skicka meddelandet.", "Tack. Skicka meddelandet så hjälper vi dig.", "Innan du skickar: de här artiklarna kan besvara din fråga.", "Skicka ändå", "Föreslagna artiklar: #", "Artikeln kunde inte öppnas."],
  th: ["บทความที่อาจตอบคำถามของคุณ", "คำที่ตรงกัน:", "กลับไปที่บทความ", "เปิดในแท็บใหม่", "บทความนี้ตอบคำถามของคุณหรือไม่", "ใช่", "ไม่ใช่", "ยินดีที่ได้ช่วย คุณไม่ต้องส่งข้อความแล้ว", "ขอบคุณ ส่งข้อความถึงเราแล้วเราจะช่วยคุณ", "ก่อนส่ง: บทความเหล่านี้อาจตอบคำถามของคุณ", "ส่งต่อไป", "บทความแนะนำ: # บทความ", "เปิดบทความไม่ได้"],
  tr: ["Sorunuzu yanıtlayabilecek makaleler", "Ortak kelimeler:", "Makalelere dön", "Yeni sekmede aç", "Bu, sorunuzu yanıtladı mı?", "Evet", "Hayır", "Sevindik. Mesajınızı göndermenize gerek yok.", "Teşekkürler. Mesajınızı gönderin, size yardımcı olalım.", "Göndermeden önce: bu makaleler sorunuzu yanıtlayabilir.", "Yine de gönder", "Önerilen makaleler: #", "Makale açılamadı."],
  zh: ["可能解答您问题的文章", "共同的词语：", "返回文章列表", "在新标签页中打开", "这解答了您的问题吗？", "是", "否", "很高兴能帮到您。您无需发送消息。", "谢谢。请发送消息，我们会帮助您。", "发送之前：以下文章可能解答您的问题。", "仍然发送", "推荐文章：# 篇", "无法打开文章。"],
};

/** Returns the texts of a locale's language; English where there are none. */
export function textsOf(locale: string): { texts: Texts; language: string } {
  const wanted = locale.toLowerCase().split(/[-_]/)[0] ?? "";
  const language = wanted in TEXTS ? wanted : "en";
  const row = TEXTS[language] ?? [];
  const texts = Object.fromEntries(KEYS.map((key, at) => [key, row[at] ?? ""])) as Texts;
  return { texts, language };
}

/** Returns the direction of a language of the texts. */
export function directionOf(language: string): "ltr" | "rtl" {
  return language === "ar" || language === "he" ? "rtl" : "ltr";
}
