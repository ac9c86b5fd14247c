/** The style of the widget. A page changes it by variables and parts. */
export const STYLE = `
:host {
  display: block;
  --text: var(--helpdex-color, #1c2733);
  --quiet: var(--helpdex-quiet-color, #4d5b69);
  --back: var(--helpdex-background, #fff);
  --edge: var(--helpdex-border-color, #c3ccd5);
  --accent: var(--helpdex-accent, #0b5cad);
  --on-accent: var(--helpdex-on-accent, #fff);
  --mark: var(--helpdex-mark, #fff0b3);
  color: var(--text);
  font: var(--helpdex-font, inherit);
  line-height: 1.45;
}
:host([hidden]), [hidden] { display: none !important; }
@media (prefers-color-scheme: dark) {
  :host(:not([theme="light"])) {
    --text: var(--helpdex-color, #e8edf2);
    --quiet: var(--helpdex-quiet-color, #aeb9c4);
    --back: var(--helpdex-background, #17202a);
    --edge: var(--helpdex-border-color, #46535f);
    --accent: var(--helpdex-accent, #8cc4ff);
    --on-accent: var(--helpdex-on-accent, #10202f);
    --mark: var(--helpdex-mark, #5a4a00);
  }
}
:host([theme="dark"]) {
  --text: var(--helpdex-color, #e8edf2);
  --quiet: var(--helpdex-quiet-color, #aeb9c4);
  --back: var(--helpdex-background, #17202a);
  --edge: var(--helpdex-border-color, #46535f);
  --accent: var(--helpdex-accent, #8cc4ff);
  --on-accent: var(--helpdex-on-accent, #10202f);
  --mark: var(--helpdex-mark, #5a4a00);
}
.panel {
  background: var(--back);
  border: 1px solid var(--edge);
  border-radius: var(--helpdex-radius, 8px);
  padding: 12px 16px;
  margin-block: 8px;
  overflow-wrap: anywhere;
  animation: appear .15s ease-out;
}
@keyframes appear { from { opacity: 0 } }
@media (prefers-reduced-motion: reduce) { .panel { animation: none } }
h2, h3, p, ul, pre { margin: 0; padding: 0 }
h2 { font-size: 1em; font-weight: 600 }
ul { list-style: none }
li { padding-block: 10px; border-block-start: 1px solid var(--edge) }
li:first-child { border-block-start: 0 }
li:last-child { padding-block-end: 0 }
button, a {
  font: inherit;
  color: var(--accent);
  min-height: 24px;
}
button { cursor: pointer; text-align: start; background: none; border: 0; padding: 2px 0 }
.title { font-weight: 600; text-decoration: underline; display: inline-block }
.passage { margin-block-start: 4px }
.why { margin-block-start: 4px; color: var(--quiet); font-size: .875em }
mark { background: var(--mark); color: inherit; border-radius: 2px }
.article h2 { font-size: 1.1em; margin-block: 6px }
.article h3 { font-size: 1em; margin-block: 12px 4px }
.article p { margin-block: 6px; white-space: pre-line }
.article pre { overflow-x: auto; border: 1px solid var(--edge); border-radius: 4px; padding: 8px; margin-block: 6px }
.body { max-height: min(60vh, 480px); overflow-y: auto }
.row { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 12px; margin-block-start: 12px }
.choice {
  border: 1px solid var(--accent);
  border-radius: 6px;
  padding: 5px 14px;
  min-height: 32px;
  text-align: center;
}
.choice:hover { background: var(--accent); color: var(--on-accent) }
.external { display: inline-block; margin-block-start: 8px }
.notice { font-weight: 600; margin-block-end: 6px }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
@media (forced-colors: active) { .panel, .choice { border-color: CanvasText } }
`;
