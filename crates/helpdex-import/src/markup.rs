//! Converts the Markdown of site generators, reStructuredText, `AsciiDoc` and wikitext to plain Markdown with what a
//! reader of the page sees.

mod asciidoc;
mod blocks;
mod code;
mod components;
mod context;
mod dialect;
mod inline;
mod kramdown;
mod mdx;
mod pipe_table;
mod rst;
mod slug;
mod templates;
mod wikitext;

pub(crate) use self::asciidoc::of_asciidoc;
use self::code::Code;
pub(crate) use self::context::Context;
use self::context::MAX_INCLUDE_DEPTH;
pub(crate) use self::dialect::Dialect;
pub(crate) use self::rst::of_rst;
pub(crate) use self::slug::Slugs;
pub(crate) use self::wikitext::of_wikitext;

/// Converts the Markdown of a page, given without front matter, to plain Markdown. Linear in the size of the page and
/// the files that it includes.
pub(crate) fn of_markdown(source: &str, dialect: Dialect, context: &mut Context<'_>) -> String {
    let source = code::without_signs(source.replace("\r\n", "\n"));
    let source = blocks::with_includes(&source, context);
    let source = blocks::with_fences(&source);
    let mut code = Code::default();
    let text = code.take(&source);
    let text = mdx::without_modules(&text);
    let mut text = templates::without_tags(&text, &mut code, context);
    // An included file brings code and tags of its own.
    let mut depth = 0;
    while depth < MAX_INCLUDE_DEPTH && (text.contains("{%") || text.contains("```")) {
        depth += 1;
        context.depth = depth;
        text = code.take(&text);
        text = templates::without_tags(&text, &mut code, context);
    }
    let text = components::without_components(&text, dialect.mdx, &mut code);
    let text = if dialect.mdx {
        mdx::with_text_apart(&mdx::without_component_indent(&text))
    } else {
        text
    };
    let text = if dialect.slugs == Slugs::Kramdown {
        kramdown::with_table_heads(&text)
    } else {
        text
    };
    let text = blocks::read_lines(&text, dialect);
    let text = inline::read(&text);
    code.change_lines(|line| line.replace("{% raw %}", "").replace("{% endraw %}", ""));
    code.put_back(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the lines that are not empty.
    fn read(source: &str, mdx: bool) -> String {
        let text = read_all(source, mdx);
        let lines: Vec<&str> = text
            .lines()
            .map(str::trim_end)
            .filter(|l| !l.is_empty())
            .collect();
        lines.join("\n")
    }

    fn read_all(source: &str, mdx: bool) -> String {
        let variables = [
            ("site.product".to_owned(), "Tap".to_owned()),
            ("site.sign".to_owned(), "\u{F8F0}0\u{F8F1}".to_owned()),
        ];
        let variables = variables.into();
        let mut file = |path: &str| match path {
            "part.md" | "_part.md" => Some("Included **text**.\n".to_owned()),
            "code.md" => Some("Run `b`.\n".to_owned()),
            "loop.md" => Some("again {% include loop.md %}".to_owned()),
            _ => None,
        };
        let mut context = Context::new(&mut file, &variables);
        let dialect = Dialect {
            mdx,
            slugs: Slugs::GitHub,
        };
        of_markdown(source, dialect, &mut context)
    }

    #[track_caller]
    fn check(source: &str, expected: &str) {
        assert_eq!(read(source, false), expected, "{source:?}");
    }

    #[track_caller]
    fn check_mdx(source: &str, expected: &str) {
        assert_eq!(read(source, true), expected, "{source:?}");
    }

    #[test]
    fn liquid_and_shortcodes_go_and_their_titles_stay() {
        check("a {{ site.product }} b {{ page.x }}c", "a Tap b c");
        check(
            "{% comment %}\nsecret {{ x }}\n{% endcomment %}\nshown",
            "shown",
        );
        check(
            "{% hint style=\"info\" %}\nTake care.\n{% endhint %}",
            "Take care.",
        );
        check(
            "{{< alert title=\"Careful\" >}}\nOpen carts.\n{{< /alert >}}",
            "**Careful**\nOpen carts.",
        );
        check(
            "{{< figure src=\"/a.png\" alt=\"The menu\" >}}",
            "**The menu**",
        );
        check("{{/* secret */}}a{{!-- b --}}", "a");
        check("{% raw %}{{ shown }}{% endraw %}", "{{ shown }}");
        check(
            "Use `{{ name }}` and\n```\n{% x %}\n```",
            "Use `{{ name }}` and\n```\n{% x %}\n```",
        );
        check("{% include part.md %}", "Included **text**.");
        check(
            "{% tabs %}{% tab title=\"On Android\" %}\nTap.\n{% endtab %}{% endtabs %}",
            "**On Android**\nTap.",
        );
        check(
            "{% capture note %}Real prose.{% endcapture %}",
            "Real prose.",
        );
        check("100% {sure} {{unclosed", "100% {sure} {{unclosed");
        assert!(read("{% include loop.md %}", false).len() < 200);
    }

    #[test]
    fn components_go_and_their_titles_stay() {
        check_mdx(
            "import X from '@x/y';\n\n<Accordion title=\"Why?\">\n\nBecause.\n\n</Accordion>",
            "**Why?**\nBecause.",
        );
        check_mdx(
            "<Card title={'Points'} href=\"/l\">Collected.</Card>",
            "**Points**\nCollected.",
        );
        check_mdx(
            "<Tabs>\n  <TabItem value=\"a\" label=\"Apple\">\n    Text\n  </TabItem>\n</Tabs>",
            "**Apple**\nText",
        );
        check_mdx("Press <Key text=\"Enter\" /> now", "Press Enter  now");
        check_mdx(
            "{/* secret */}\na {value} {'b'} <div style={{color: 'red'}} onClick={() => x > 1}>c</div>",
            "a  b <div>c</div>",
        );
        check_mdx("export const A = {\n  b: [1],\n};\n\ntext", "text");
        check("Write <your name> and 1 < 2", "Write  and 1 < 2");
        check(
            "See <https://example.org/a> or <b>bold</b>",
            "See <https://example.org/a> or <b>bold</b>",
        );
        check("<!-- secret\n\nmore -->shown", "shown");
        check_mdx(
            "```mdx-code-block\n<Note title=\"N\">\n```\ntext",
            "**N**\ntext",
        );
    }

    #[test]
    fn directives_admonitions_and_tabs_keep_titles_and_text() {
        check(":::tip[Offline?]{.x}\na\n:::", "**Offline?**\na");
        check("::: warning Take care\na\n:::", "**Take care**\na");
        check("::::tabs\n:::tab\nb\n:::\n::::", "b");
        check(
            ":::image type=\"content\" source=\"a.png\" alt-text=\"The menu\":::",
            "The menu",
        );
        check(
            "!!! warning \"Careful\"\n    Body.\n\n    ```sh\n    run\n    ```\nafter",
            "**Careful**\nBody.\n```sh\nrun\n```\nafter",
        );
        check("??? note\n    Hidden.\n", "Hidden.");
        check(
            "=== \"Linux\"\n\n    Do.\n\n=== \"Windows\"\n\n    Click.",
            "**Linux**\nDo.\n**Windows**\nClick.",
        );
        check(
            "!!! a\n    !!! b \"B\"\n        inner\n    outer",
            "**B**\ninner\nouter",
        );
        check("> [!tip]- Title\n> text", "> **Title**\n>\n> text");
        check("> [!NOTE]\n> text", ">\n> text");
        check("# [Portal](#tab/portal)\n\ntext", "**Portal**\ntext");
    }

    #[test]
    fn code_stays_where_tags_and_fences_are_left_in_the_text() {
        check(
            "Use `a` and three backticks ```.\n\n```sh\nrun\n```\n\nSee `b`.",
            "Use `a` and three backticks ```.\n```sh\nrun\n```\nSee `b`.",
        );
        check("Use `a`, {% x", "Use `a`, {% x");
        check(
            "Use `a`.\n\n{% include part.md %}\n\n{% include code.md %}",
            "Use `a`.\nIncluded **text**.\nRun `b`.",
        );
        check("Use `a`. \u{F8F0}0\u{F8F1}{{ site.sign }}", "Use `a`. 00");
    }

    #[test]
    fn rows_of_kramdown_are_a_table_without_a_line_of_dashes() {
        let read = kramdown::with_table_heads;
        assert_eq!(
            read("a\n\n  |A|B \\| C|\n  |1|2|\n  |3|4|\n"),
            "a\n\n  |A|B \\| C|\n  | --- | --- |\n  |1|2|\n  |3|4|\n"
        );
        let whole = "|A|B|\n|---|:-:|\n|1|2|\n|3|4|\n\n|x| is one\n";
        assert_eq!(read(whole), whole);
    }

    #[test]
    fn text_below_a_line_of_html_is_read() {
        check("a\n\n<br />\n**Next:** b", "a\n**Next:** b");
        check("a<br>\nb\n<br>\nc", "a<br>\nb\n<br>\nc");
        check_mdx(
            "<table>\n  <tr>\n    <td>\n      Use `x`.\n    </td>\n  </tr>\n</table>",
            "<table>\n<tr>\n<td>\nUse `x`.\n</td>\n</tr>\n</table>",
        );
        let text = read_all("- a\n<div>A</div>\n- b", true);
        assert!(text.contains("</div>\n\n- b"), "{text}");
    }

    #[test]
    fn attributes_of_icons_and_names_of_other_pages_go() {
        check(
            "On :fontawesome-brands-x:{ style=\"color: #EE0F0F\" } now",
            "On now",
        );
        check("the set:{a=b}", "the set:{a=b}");
        check("=== \"One :material-a:\"\n\n    Do.", "**One**\nDo.");
        check("- [`color`][option.color] or [x][y.z]", "- `color` or x");
        check(
            "[x][y.z]\n\n[y.z]: https://a.b",
            "[x][y.z]\n[y.z]: https://a.b",
        );
        check("a[i][j]", "a[i][j]");
    }

    #[test]
    fn meanings_of_terms_are_read_with_all_that_is_indented_below_them() {
        check("Term\n:   Its meaning", "Term\nIts meaning");
        check(
            "Term\n: Its meaning\n: Another",
            "Term\nIts meaning\nAnother",
        );
        check(
            "Term\n\n:   Its meaning\n\n    More of it.\n\nafter",
            "Term\nIts meaning\nMore of it.\nafter",
        );
        check(
            "Term\n:   !!! note \"Careful\"\n\n        Body.\n\n    Behind it.\nafter",
            "Term\n**Careful**\nBody.\nBehind it.\nafter",
        );
        check(
            "Term\n:   <!-- of a tool -->\n\n    Its meaning.\nafter",
            "Term\nIts meaning.\nafter",
        );
        check(
            "Note : this, and :smile: too",
            "Note : this, and :smile: too",
        );
    }

    #[test]
    fn signs_inside_lines_are_read() {
        check(
            "a [[Page|shown]] [[Other]] ![[image.png|300]]",
            "a shown Other",
        );
        check("%% secret %%shown ==marked==", "shown marked");
        check(
            "press ++ctrl+alt+del++ :material-check: now",
            "press Ctrl+Alt+Del now",
        );
        check("[Go](/a){ .md-button } text {: .cls}", "[Go](/a) text");
        check("{: .note }\ntext\n[TOC]\n*[HTML]: Hyper", "text");
        check("[!UICONTROL Save] and [!DNL App]", "Save and App");
    }

    #[test]
    fn hostile_pages_are_read_in_bounded_time() {
        for piece in [
            "{%",
            "{{",
            "<a ",
            "<A b={",
            "{",
            "`",
            "```\n",
            ":::",
            "!!! a\n    ",
            "a\n:   ",
            "[[",
            "%%",
            "> ",
            "<!--",
            "{% raw %}",
            "{{< a",
            "==",
        ] {
            let source = piece.repeat(200_000 / piece.len());
            let _ = read(&source, true);
        }
    }
}
