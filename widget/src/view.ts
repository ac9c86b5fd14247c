/** What the widget shows: a list of suggestions, or one article of it. All text is set as text, never as HTML. */

import type { Article, Suggestion } from "./service";
import type { Texts } from "./texts";

interface Actions {
  opens: (suggestion: Suggestion) => void;
  answers: (suggestion: Suggestion, isSolved: boolean) => void;
  sends: () => void;
}

export class View {
  private readonly panel: HTMLElement;
  private readonly notice: HTMLElement;
  private readonly sendRow: HTMLElement;
  private readonly listBox: HTMLElement;
  private readonly heading: HTMLElement;
  private readonly list: HTMLElement;
  private readonly articleBox: HTMLElement;
  private readonly live: HTMLElement;
  private readonly items = new Map<string, HTMLElement>();
  private openedBy: HTMLElement | null = null;

  constructor(
    root: ShadowRoot,
    private readonly texts: Texts,
    language: string,
    direction: string,
    private readonly actions: Actions,
  ) {
    this.panel = element("section", "panel");
    this.panel.lang = language;
    this.panel.dir = direction;
    this.panel.hidden = true;
    this.panel.setAttribute("aria-label", texts.title);
    this.notice = element("p", "notice");
    this.notice.tabIndex = -1;
    this.notice.hidden = true;
    this.listBox = element("div");
    this.heading = element("h2", "heading", texts.title);
    this.list = element("ul", "list");
    this.sendRow = element("div", "row");
    this.sendRow.hidden = true;
    this.sendRow.append(button("choice", texts.send, () => this.actions.sends()));
    this.listBox.append(this.heading, this.list, this.sendRow);
    this.articleBox = element("div", "article");
    this.articleBox.hidden = true;
    this.articleBox.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.closeArticle();
    });
    this.live = element("div", "unseen");
    this.live.setAttribute("role", "status");
    this.panel.append(this.notice, this.listBox, this.articleBox);
    root.replaceChildren(this.panel, this.live);
  }

  /** Whether somebody reads an article, or is at the list with the keyboard. */
  isInUse(): boolean {
    const active = (this.panel.getRootNode() as ShadowRoot).activeElement;
    return !this.articleBox.hidden || (active !== null && this.panel.contains(active));
  }

  /** Shows suggestions in place of those before. An article that stays keeps its element. */
  show(suggestions: Suggestion[], inTab: boolean): void {
    const kept = new Set(suggestions.map((one) => one.article_id));
    for (const [id, item] of this.items) {
      if (!kept.has(id)) {
        item.remove();
        this.items.delete(id);
      }
    }
    suggestions.forEach((suggestion, at) => {
      const item = this.items.get(suggestion.article_id) ?? element("li", "item");
      this.items.set(suggestion.article_id, item);
      this.fill(item, suggestion, inTab);
      const there = this.list.children[at];
      if (there !== item) this.list.insertBefore(item, there ?? null);
    });
    const wasHidden = this.panel.hidden;
    this.panel.hidden = suggestions.length === 0;
    if (this.panel.hidden) {
      this.notice.hidden = true;
      this.heading.hidden = false;
      this.sendRow.hidden = true;
      this.live.textContent = "";
    } else {
      const count = this.texts.count.replace("#", String(suggestions.length));
      if (wasHidden || this.live.textContent !== count) this.live.textContent = count;
    }
  }

  /** Asks to look at the suggestions before the message is sent. */
  hold(): void {
    this.notice.textContent = this.texts.hold;
    this.notice.hidden = false;
    // It says the same.
    this.heading.hidden = true;
    this.sendRow.hidden = false;
    this.notice.focus();
    this.notice.scrollIntoView({ block: "nearest" });
  }

  openArticle(suggestion: Suggestion, article: Article): void {
    const heading = element("h2", "article-title", article.title);
    heading.tabIndex = -1;
    heading.lang = article.locale;
    const body = element("div", "body");
    body.lang = article.locale;
    body.dir = article.direction;
    // A box that scrolls is reached by the keyboard.
    body.tabIndex = 0;
    body.setAttribute("role", "group");
    body.setAttribute("aria-label", article.title);
    for (const section of article.sections) {
      if (section.heading) body.append(element("h3", "", section.heading));
      if (section.text) body.append(element("p", "", section.text));
      for (const code of section.code) body.append(element("pre", "", code));
    }
    const rest: HTMLElement[] = [body, this.question(suggestion)];
    const url = address(article.url);
    if (url) rest.push(this.link(url, this.texts.newTab, "external"));
    this.openBox(heading, rest);
  }

  openFailed(suggestion: Suggestion): void {
    const message = element("p", "failed", this.texts.failed);
    message.tabIndex = -1;
    const url = address(suggestion.url);
    this.openBox(message, url ? [this.link(url, this.texts.newTab, "external")] : []);
  }

  private openBox(first: HTMLElement, rest: HTMLElement[]): void {
    const back = button("back", this.texts.back, () => this.closeArticle());
    this.articleBox.replaceChildren(back, first, ...rest);
    this.listBox.hidden = true;
    this.articleBox.hidden = false;
    first.focus();
  }

  private closeArticle(): void {
    this.articleBox.hidden = true;
    this.articleBox.replaceChildren();
    this.listBox.hidden = false;
    this.openedBy?.focus();
  }

  private fill(item: HTMLElement, suggestion: Suggestion, inTab: boolean): void {
    const url = address(suggestion.url);
    // A title that stays keeps the focus.
    const before = item.querySelector<HTMLElement>(".title");
    const title =
      before ??
      (inTab && url
        ? this.link(url, suggestion.title, "title", () => this.actions.opens(suggestion))
        : button("title", suggestion.title, () => {
            this.openedBy = title;
            this.actions.opens(suggestion);
          }));
    title.textContent = suggestion.title;
    title.lang = suggestion.locale;
    const rest: HTMLElement[] = [];
    if (suggestion.passage) {
      const passage = element("p", "passage");
      passage.lang = suggestion.locale;
      passage.dir = suggestion.direction;
      for (const piece of suggestion.passage.pieces) {
        passage.append(piece.is_marked ? element("mark", "mark", piece.text) : piece.text);
      }
      rest.push(passage);
    }
    const words = suggestion.matched_words.join(", ");
    if (words) rest.push(element("p", "why", `${this.texts.matches} ${words}`));
    if (before) {
      while (before.nextSibling) before.nextSibling.remove();
      item.append(...rest);
    } else {
      item.replaceChildren(title, ...rest);
    }
  }

  private question(suggestion: Suggestion): HTMLElement {
    const row = element("div", "row");
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", this.texts.question);
    const answer = (isSolved: boolean) => {
      const thanks = element("p", "thanks", isSolved ? this.texts.solved : this.texts.unsolved);
      thanks.tabIndex = -1;
      row.replaceChildren(thanks);
      thanks.focus();
      this.actions.answers(suggestion, isSolved);
    };
    row.append(
      element("span", "question", this.texts.question),
      button("choice", this.texts.yes, () => answer(true)),
      button("choice", this.texts.no, () => answer(false)),
    );
    return row;
  }

  private link(url: string, text: string, part: string, opened?: () => void): HTMLElement {
    const link = element("a", part, text) as HTMLAnchorElement;
    link.href = url;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    if (opened) link.addEventListener("click", opened);
    return link;
  }
}

/** Makes an element whose class is also its part, by which a page gives it a style. */
function element(tag: string, part = "", text = ""): HTMLElement {
  const made = document.createElement(tag);
  if (part) {
    made.className = part;
    made.setAttribute("part", part);
  }
  if (text) made.textContent = text;
  return made;
}

function button(part: string, text: string, clicked: () => void): HTMLElement {
  const made = element("button", part, text) as HTMLButtonElement;
  made.type = "button";
  made.addEventListener("click", clicked);
  return made;
}

/** Returns an address that a link may have: of a web page, or a path of this site; none else, such as one with a script. */
function address(url: string | undefined): string | null {
  if (!url) return null;
  try {
    const parsed = new URL(url, document.baseURI);
    return parsed.protocol === "https:" || parsed.protocol === "http:" ? parsed.href : null;
  } catch {
    return null;
  }
}
