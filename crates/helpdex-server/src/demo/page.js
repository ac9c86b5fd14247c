// The page of the demonstration: a form with the widget, the desk of the agent, and why the customer sees what they see.

const LABELS = {
  en: ["Subject", "Your message", "Send"],
  tr: ["Konu", "Mesajınız", "Gönder"],
  th: ["หัวข้อ", "ข้อความของคุณ", "ส่ง"],
  lt: ["Tema", "Jūsų žinutė", "Siųsti"],
  de: ["Betreff", "Ihre Nachricht", "Senden"],
  ja: ["件名", "お問い合わせ内容", "送信"],
};

const EXAMPLES = {
  en: ["Money", "What do I save if I switch from monthly to yearly? I only paid for this month four days ago."],
  tr: ["Şifre", "Şifremi unuttum, sıfırlama e-postası gelmiyor."],
  th: ["คิวอาร์", "อยากพิมพ์คิวอาร์พร้อมเพย์แปะหน้าร้าน ให้ลูกค้าสแกนเองใส่ยอดเอง ทำได้ไหมครับ"],
  lt: ["Dovanų kuponas", "Klientė atėjo su 80 eurų kuponu, procedūra kainuoja 55. Ar likutis sudega, ar galima panaudoti kitą kartą?"],
  de: ["Kündigung", "Ich möchte mein Abo kündigen, aber die Buchungsseite und die Adressen sollen erhalten bleiben."],
  ja: ["パスワード", "パスワードを忘れました。再設定のメールも届きません。"],
};

const WORDS_OF_CUSTOMER = {
  resolved: "said that it answers",
  helpful: "said that it helps",
  not_helpful: "said that it does not answer",
};
const TOKEN_MS = 300000;
const PAUSE_MS = 500;

const by = (id) => document.getElementById(id);
const language = by("language");
const audience = by("audience");
const form = by("form");
const message = by("message");
const subject = by("subject");

let session = null;
let askedAt = 0;

async function keys() {
  if (!session || performance.now() - askedAt > TOKEN_MS) {
    const response = await fetch("/demo/session");
    session = await response.json();
    askedAt = performance.now();
  }
  return session;
}

async function readerToken() {
  return audience.value === "signed_in" ? (await keys()).reader_token : null;
}

/** Puts a new widget into the form: its language and reader are those of the page now. */
async function place() {
  const { site_key } = await keys();
  const widget = document.createElement("helpdex-suggest");
  widget.setAttribute("for", "message");
  widget.setAttribute("subject", "subject");
  widget.setAttribute("key", site_key);
  widget.setAttribute("locale", language.value);
  widget.setAttribute("hold", "");
  widget.readerToken = readerToken;
  by("widget").replaceChildren(widget);
}

function translate() {
  const [subjectLabel, messageLabel, send] = LABELS[language.value];
  form.lang = language.value;
  by("subject-label").textContent = subjectLabel;
  by("message-label").textContent = messageLabel;
  by("send").textContent = send;
}

function ticket() {
  return { text: message.value, subject: subject.value || null, locale: language.value };
}

async function ask(path, key, asked) {
  const headers = { "Content-Type": "application/json", Authorization: `Bearer ${key}` };
  const token = await readerToken();
  if (token) headers["Helpdex-Reader"] = token;
  const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(asked) });
  const body = await response.json();
  if (!response.ok) throw new Error(body.detail);
  return body;
}

function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function meter(probability) {
  const made = document.createElement("meter");
  made.min = 0;
  made.max = 1;
  made.value = probability;
  made.textContent = probability.toFixed(2);
  made.setAttribute("aria-label", `Probability ${probability.toFixed(2)}`);
  return made;
}

async function explain() {
  const table = by("table");
  if (!message.value.trim()) {
    by("why").textContent = "Nothing is written yet.";
    table.hidden = true;
    return;
  }
  const answer = await ask("/v1/suggest", (await keys()).site_key, ticket());
  table.hidden = answer.outcome !== "offered";
  by("why").textContent = answer.explanation ?? "These articles are probable enough to be shown.";
  by("rows").replaceChildren(
    ...answer.suggestions.map((one) => {
      const row = document.createElement("tr");
      const title = element("td", one.title);
      title.lang = one.locale;
      const probability = element("td", `${one.probability.toFixed(2)} `);
      probability.append(meter(one.probability));
      row.append(title, probability, element("td", one.explanation));
      return row;
    }),
  );
}

/** Tells what the customer was shown and did, from the events that the widget reported. */
function tellOfCustomer(customer) {
  by("seen").replaceChildren(
    ...(customer?.articles ?? []).map((one) => {
      const item = element("li", one.title ?? one.article_id);
      item.append(element("span", one.is_opened ? "opened" : "not opened", "badge"));
      if (one.said) item.append(element("span", WORDS_OF_CUSTOMER[one.said], "badge"));
      return item;
    }),
  );
  by("seen-none").hidden = Boolean(customer?.articles.length);
}

/** Reports what the agent does with a suggestion: the knowledge base learns from it. */
async function teach(interaction, article, ticketId) {
  const event = { interaction, articles: [article], ticket_id: ticketId, ticket: ticket(), surface: "agent" };
  const { verdicts } = await ask("/v1/events", (await keys()).server_key, { events: [event] });
  return verdicts ? "Kept. It counts from the next training on." : "That is known already.";
}

function choice(text, interaction, article, ticketId, note) {
  const made = element("button", text);
  made.type = "button";
  made.addEventListener("click", () =>
    teach(interaction, article, ticketId).then(
      (said) => (note.textContent = said),
      (error) => (note.textContent = error.message),
    ),
  );
  return made;
}

function suggestionForAgent(one, isHidden, ticketId) {
  const item = document.createElement("li");
  const title = element("strong", one.title);
  title.lang = one.locale;
  item.append(title);
  if (isHidden) item.append(element("span", "not for this customer", "badge"));
  const note = element("span", "", "quiet");
  note.setAttribute("role", "status");
  const choices = element("div", "", "choices");
  choices.append(
    choice("It answers the ticket", "agent_linked", one.article_id, ticketId, note),
    choice("It does not", "agent_removed", one.article_id, ticketId, note),
    note,
  );
  item.append(element("div", one.explanation, "quiet"), choices);
  return item;
}

async function answerAsAgent(session) {
  const ticketId = crypto.randomUUID();
  const { server_key } = await keys();
  const created = { interaction: "ticket_created", session, ticket_id: ticketId };
  await ask("/v1/events", server_key, { events: [created] });
  const asked = { ticket: ticket(), session, ticket_id: ticketId };
  const answer = await ask("/v1/agent/suggest", server_key, asked);
  tellOfCustomer(answer.customer);
  by("reason").hidden = answer.suggestions.length > 0;
  by("reason").textContent = answer.explanation ?? "";
  const hidden = new Set(answer.hidden_from_customer);
  by("suggestions").replaceChildren(
    ...answer.suggestions.map((one) => suggestionForAgent(one, hidden.has(one.article_id), ticketId)),
  );
  by("links").hidden = !answer.links;
  by("links-text").value = answer.links?.text ?? "";
  by("links-text").lang = answer.locale ?? "";
  by("waiting").hidden = true;
  by("desk").hidden = false;
  by("agent-heading").scrollIntoView({ block: "nearest" });
}

let timer = 0;
function soon() {
  clearTimeout(timer);
  timer = setTimeout(() => explain().catch((error) => (by("why").textContent = error.message)), PAUSE_MS);
}

message.addEventListener("input", soon);
subject.addEventListener("input", soon);
language.addEventListener("change", () => {
  translate();
  place().then(soon);
});
audience.addEventListener("change", () => place().then(soon));
by("example").addEventListener("click", () => {
  [subject.value, message.value] = EXAMPLES[language.value];
  message.dispatchEvent(new Event("input", { bubbles: true }));
});
by("copy").addEventListener("click", () => navigator.clipboard.writeText(by("links-text").value));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  answerAsAgent(new FormData(form).get("helpdex_session")).catch((error) => {
    by("waiting").hidden = false;
    by("waiting").textContent = error.message;
  });
});

translate();
place();
