/** Requests to the service, and what it answers. */

export interface Piece {
  text: string;
  is_marked: boolean;
}

export interface Suggestion {
  article_id: string;
  shown_as: string;
  locale: string;
  direction: "ltr" | "rtl";
  title: string;
  url?: string;
  passage?: { heading: string; anchor?: string; pieces: Piece[] };
  matched_words: string[];
}

export interface Answer {
  suggestion_id: string;
  suggestions: Suggestion[];
}

export interface Article {
  title: string;
  locale: string;
  direction: "ltr" | "rtl";
  url?: string;
  sections: { heading: string; text: string; code: string[] }[];
}

/** The milliseconds after which a request is given up: the form must not seem to wait for it. */
const PATIENCE_MS = 5000;

/** The first and the longest pause after a request that failed. */
const PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 60000;

export interface Access {
  server: string;
  key: string | null;
  readerToken: () => Promise<string | null>;
}

/** The service as a page sees it: when it fails, the page goes on without it. */
export class Service {
  private pauseMs = 0;
  private closedUntil = 0;

  constructor(private readonly access: Access) {}

  /** Whether it may be asked now: after a failure there is a pause. */
  isOpen(): boolean {
    return performance.now() >= this.closedUntil;
  }

  draft(body: unknown, signal: AbortSignal): Promise<Answer> {
    return this.ask<Answer>("POST", "/v1/draft", body, signal);
  }

  article(id: string): Promise<Article> {
    return this.ask<Article>("GET", `/v1/articles/${encodeURIComponent(id)}`);
  }

  /** Reports events; nobody waits for it, and it goes on when the page is left. */
  report(body: unknown): void {
    this.request("POST", "/v1/events", body, undefined, true).catch(() => undefined);
  }

  private async ask<T>(
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<T> {
    const patience = AbortSignal.timeout(PATIENCE_MS);
    const both = signal ? AbortSignal.any([signal, patience]) : patience;
    let response: Response;
    try {
      response = await this.request(method, path, body, both, false);
    } catch (error) {
      if (!signal?.aborted) this.pause(0);
      throw error;
    }
    if (!response.ok) {
      if (response.status !== 404) {
        this.pause(Number(response.headers.get("Retry-After")) * 1000);
      }
      throw new Error(`the service answered ${response.status}`);
    }
    this.pauseMs = 0;
    return (await response.json()) as T;
  }

  private async request(
    method: string,
    path: string,
    body: unknown,
    signal: AbortSignal | undefined,
    keepalive: boolean,
  ): Promise<Response> {
    const headers: Record<string, string> = {};
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (this.access.key) headers["Authorization"] = `Bearer ${this.access.key}`;
    const token = await this.access.readerToken();
    if (token) headers["Helpdex-Reader"] = token;
    return fetch(this.access.server + path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      keepalive,
      signal: signal ?? null,
    });
  }

  private pause(atLeastMs: number): void {
    this.pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(PAUSE_MS, this.pauseMs * 2));
    this.closedUntil = performance.now() + Math.max(this.pauseMs, atLeastMs || 0);
  }
}
