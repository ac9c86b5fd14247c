/** `<helpdex-suggest>`: articles that answer a message, while it is written. docs/widget.md has its attributes and events. */

import { Form } from "./form";
import { Service, type Answer, type Suggestion } from "./service";
import { STYLE } from "./style";
import { directionOf, textsOf, type Texts } from "./texts";
import { View } from "./view";

/** The milliseconds without a key press after which the service is asked: shorter than a pause between sentences. */
const DEBOUNCE_MS = 350;

/** The fewest characters that are asked about. */
const MIN_CHARACTERS = 6;

/** The address of this script, from which the service is known where no attribute names it. */
const SCRIPT = (document.currentScript as HTMLScriptElement | null)?.src ?? "";

type Kind = "offered" | "opened" | "resolved" | "rejected" | "held" | "sent";

/** What the service calls the events of the widget; it keeps none of a form that was held. */
const INTERACTIONS: Partial<Record<Kind, string>> = {
  offered: "offered",
  opened: "clicked",
  resolved: "resolved",
  rejected: "not_helpful",
  sent: "ticket_created",
};

let sheet: CSSStyleSheet | undefined;

class HelpdexSuggest extends HTMLElement {
  /** Returns a token that tells who has signed in, signed by the host; asked for before each request. */
  readerToken: (() => Promise<string | null> | string | null) | null = null;

  private form: Form | null = null;
  private service: Service | null = null;
  private view: View | null = null;
  private timer = 0;
  private asked: AbortController | null = null;
  private answer: Answer | null = null;
  private answered = "";
  private isHeld = false;
  /** Ties the events of one page together; it is kept nowhere. */
  private readonly session = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
  private readonly seen = new Set<string>();
  private readonly opened = new Set<string>();

  connectedCallback(): void {
    if (document.readyState === "loading") {
      document.addEventListener("DOMContentLoaded", () => this.start(), { once: true });
    } else {
      this.start();
    }
  }

  disconnectedCallback(): void {
    clearTimeout(this.timer);
    this.asked?.abort();
    this.form?.detach();
    this.form = null;
  }

  private start(): void {
    if (this.form || !this.isConnected) return;
    this.form = Form.find(this, {
      written: () => this.written(),
      submitted: (event) => this.submitted(event),
    });
    if (!this.form) return;
    const { texts, language } = textsOf(this.locale());
    this.service = new Service({
      server: this.server(),
      key: this.getAttribute("key"),
      readerToken: async () => (await this.readerToken?.()) ?? null,
    });
    this.view ??= this.render(texts, language);
    this.written();
  }

  private render(texts: Texts, language: string): View {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
    }
    root.adoptedStyleSheets = [sheet];
    return new View(root, texts, language, directionOf(language), {
      opens: (suggestion) => this.opens(suggestion),
      answers: (suggestion, isSolved) => this.answers(suggestion, isSolved),
      sends: () => this.form?.submit(),
    });
  }

  private locale(): string {
    const declared = this.getAttribute("locale") ?? this.closest("[lang]")?.getAttribute("lang");
    return declared || navigator.language || "en";
  }

  private server(): string {
    const named = this.getAttribute("server");
    if (named !== null) return named.replace(/\/+$/, "");
    return SCRIPT ? new URL(SCRIPT).origin : "";
  }

  private written(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), DEBOUNCE_MS);
  }

  private async ask(): Promise<void> {
    const { form, service, view } = this;
    if (!form || !service || !view || this.answered === "yes") return;
    this.asked?.abort();
    const text = form.text();
    if (text.trim().length < MIN_CHARACTERS) {
      this.show(null);
      return;
    }
    // What somebody reads stays where it is.
    if (!service.isOpen() || view.isInUse()) return;
    const asked = new AbortController();
    this.asked = asked;
    try {
      const answer = await service.draft(this.draft(text, form.subject()), asked.signal);
      if (!asked.signal.aborted && !view.isInUse()) this.show(answer);
    } catch {
      // The form works as if nothing were there.
      if (!asked.signal.aborted) this.show(null);
    }
  }

  private draft(text: string, subject: string): unknown {
    const ticket: Record<string, unknown> = { text, fields: this.fields() };
    if (subject) ticket["subject"] = subject;
    for (const name of ["brand", "label", "product"]) {
      const value = this.getAttribute(name);
      if (value) ticket[name] = value;
    }
    const limit = Number(this.getAttribute("limit"));
    if (limit >= 1 && limit <= 10) ticket["limit"] = Math.floor(limit);
    const locale = this.getAttribute("locale");
    if (locale) ticket["locale"] = locale;
    return { ticket, shown: this.answer?.suggestions.map((one) => one.shown_as) ?? [] };
  }

  /** The address of the page without its query, which may hold what is nobody's business. */
  private fields(): Record<string, string> {
    return { page_url: location.origin + location.pathname };
  }

  private show(answer: Answer | null): void {
    const suggestions = answer?.suggestions ?? [];
    const before = this.answer?.suggestions.map((one) => one.article_id).join() ?? "";
    this.answer = answer;
    this.view?.show(suggestions, this.getAttribute("open") === "tab");
    this.record();
    const now = suggestions.map((one) => one.article_id).join();
    if (answer && now && now !== before) {
      suggestions.forEach((one) => this.seen.add(one.article_id));
      this.record();
      this.tell("offered", suggestions.map((one) => one.article_id));
    }
  }

  private opens(suggestion: Suggestion): void {
    this.opened.add(suggestion.article_id);
    this.record();
    this.tell("opened", [suggestion.article_id]);
    if (this.getAttribute("open") === "tab") return;
    const { service, view } = this;
    service?.article(suggestion.article_id).then(
      (article) => view?.openArticle(suggestion, article),
      () => view?.openFailed(suggestion),
    );
  }

  private answers(suggestion: Suggestion, isSolved: boolean): void {
    this.answered = isSolved ? "yes" : "no";
    this.record();
    this.tell(isSolved ? "resolved" : "rejected", [suggestion.article_id]);
  }

  /** Holds the submission once, where the host asks for it and something is offered that nobody has looked at. */
  private submitted(event: SubmitEvent): void {
    const isUnseen = this.answer?.suggestions.length && !this.opened.size && !this.answered;
    if (this.hasAttribute("hold") && isUnseen && !this.isHeld) {
      this.isHeld = true;
      event.preventDefault();
      event.stopImmediatePropagation();
      this.form?.keepSubmitter(event.submitter);
      this.view?.hold();
      this.tell("held", []);
      return;
    }
    this.asked?.abort();
    clearTimeout(this.timer);
    this.tell("sent", []);
  }

  /** Writes into the form what was seen, so that the agent gets it. */
  private record(): void {
    this.form?.record(this.getAttribute("name") ?? "helpdex", {
      suggestion_id: this.answer?.suggestion_id ?? "",
      session: this.session,
      seen: [...this.seen].join(" "),
      opened: [...this.opened].join(" "),
      answered: this.answered,
    });
  }

  /** Tells the page and the service what happened. */
  private tell(kind: Kind, articles: string[]): void {
    const suggestion_id = this.answer?.suggestion_id ?? "";
    const detail = { suggestion_id, session: this.session, articles };
    this.dispatchEvent(
      new CustomEvent(`helpdex-${kind}`, { bubbles: true, composed: true, detail }),
    );
    const interaction = INTERACTIONS[kind];
    if (!interaction || !suggestion_id || !this.service?.isOpen()) return;
    const event: Record<string, unknown> = { interaction, ...detail };
    const rank = this.answer?.suggestions.findIndex((one) => one.article_id === articles[0]) ?? -1;
    if (articles.length === 1 && rank >= 0) event["rank"] = rank + 1;
    this.service.report({ events: [event] });
  }
}

if (!customElements.get("helpdex-suggest")) {
  customElements.define("helpdex-suggest", HelpdexSuggest);
}

export type { HelpdexSuggest };
