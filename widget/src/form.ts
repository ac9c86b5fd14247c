/** The form that a widget belongs to. */

interface Listeners {
  written: () => void;
  submitted: (event: SubmitEvent) => void;
}

type Field = HTMLTextAreaElement | HTMLInputElement;

/** A message that is written, its subject, and the form that sends it. */
export class Form {
  private readonly form: HTMLFormElement | null;
  private submitter: HTMLElement | null = null;
  private readonly hidden = new Map<string, HTMLInputElement>();
  private readonly listeners = new AbortController();

  private constructor(
    private readonly message: Field,
    private readonly subjectField: Field | null,
    listeners: Listeners,
  ) {
    this.form = message.form;
    const { signal } = this.listeners;
    for (const field of [message, subjectField]) {
      field?.addEventListener("input", listeners.written, { signal });
    }
    // Before the listeners of the page, which may send the form by themselves.
    this.form?.addEventListener("submit", listeners.submitted, { signal, capture: true });
  }

  /** Returns the form of an element: that of the field that it names in `for`, or the first message of the form around it. */
  static find(element: HTMLElement, listeners: Listeners): Form | null {
    const root = element.getRootNode() as Document | ShadowRoot;
    const named = element.getAttribute("for");
    const message = named
      ? root.getElementById(named)
      : element.closest("form")?.querySelector("textarea");
    if (!isField(message)) return null;
    const subject = element.getAttribute("subject");
    const subjectField = subject ? root.getElementById(subject) : null;
    return new Form(message, isField(subjectField) ? subjectField : null, listeners);
  }

  text(): string {
    return this.message.value;
  }

  subject(): string {
    return this.subjectField?.value ?? "";
  }

  /** Remembers the button that a held submission came from. */
  keepSubmitter(submitter: HTMLElement | null): void {
    this.submitter = submitter;
  }

  submit(): void {
    this.form?.requestSubmit(this.submitter);
  }

  /** Sets hidden fields of the form. */
  record(prefix: string, values: Record<string, string>): void {
    if (!this.form) return;
    for (const [name, value] of Object.entries(values)) {
      let field = this.hidden.get(name);
      if (!field) {
        field = document.createElement("input");
        field.type = "hidden";
        field.name = `${prefix}_${name}`;
        this.form.append(field);
        this.hidden.set(name, field);
      }
      field.value = value;
    }
  }

  detach(): void {
    this.listeners.abort();
    this.hidden.forEach((field) => field.remove());
    this.hidden.clear();
  }
}

function isField(element: Element | null | undefined): element is Field {
  return element instanceof HTMLTextAreaElement || element instanceof HTMLInputElement;
}
