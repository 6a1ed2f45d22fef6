//! The first page: addresses, and commands.

use super::escaped;
/// The lines of the page: a word, and its link or command.
pub struct Lines {
    links: Vec<(&'static str, String)>,
    commands: Vec<(&'static str, String)>,
}

/// The lines for a market at these addresses.
pub fn lines(url: &str, aws_url: &str, pass: Option<&str>) -> Lines {
    let pass = pass.unwrap_or("AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… AWS_REGION=…");
    Lines {
        links: vec![
            ("Documentation", format!("{url}/docs")),
            ("OpenAPI", format!("{url}/openapi.json")),
            ("AsyncAPI", format!("{url}/asyncapi.json")),
            ("Health", format!("{url}/health")),
            ("People and their passwords", format!("{url}/dev/people")),
            ("Their mail", format!("{url}/dev/mail")),
            ("AWS (DynamoDB, SQS, S3)", aws_url.to_owned()),
        ],
        commands: vec![
            ("Products, newest first", format!("curl '{url}/catalog/products?limit=3'")),
            (
                "What can be bought of a sku of the LOMS contract",
                format!("curl '{url}/stock/info?sku=1076963'"),
            ),
            ("A token of a manager", format!("TOKEN=$(curl -s '{url}/dev/token?as=manager')")),
            (
                "The shops in which they work",
                format!("curl -H \"Authorization: Bearer $TOKEN\" {url}/merchants/mine"),
            ),
            (
                "A look into a table",
                format!(
                    "{pass} aws --endpoint-url {aws_url} dynamodb scan --table-name snail-inventory --max-items 3"
                ),
            ),
        ],
    }
}

/// For a terminal.
pub fn plain(lines: &Lines) -> String {
    let mut text = String::from("Snail: the whole market in one process\n\n");
    for (name, link) in &lines.links {
        text += &format!("  {name:<26}{link}\n");
    }
    for (what, command) in &lines.commands {
        text += &format!("\n# {what}\n{command}\n");
    }
    text
}

/// For a browser.
pub fn page(lines: &Lines) -> String {
    let links: String = lines
        .links
        .iter()
        .map(|(name, link)| {
            let link = escaped(link);
            format!("<dt>{name}</dt><dd><a href=\"{link}\">{link}</a></dd>")
        })
        .collect();
    let commands: String = lines
        .commands
        .iter()
        .map(|(what, command)| format!("<p>{what}</p><pre>{}</pre>", escaped(command)))
        .collect();
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Snail</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style>\
         <main><h1>Snail</h1><p>The whole market in one process.</p><dl>{links}</dl>\
         <h2>To begin with</h2>{commands}</main></html>"
    )
}

/// How the host's pages look, in the light and in the dark.
pub const STYLE: &str = "\
:root{color-scheme:light dark;--line:light-dark(#ddd,#444);--soft:light-dark(#f6f6f4,#222);--dim:light-dark(#666,#aaa)}\
body{font:16px/1.5 system-ui,sans-serif;margin:0}main{max-width:56rem;margin:2rem auto;padding:0 1rem}\
pre,code{font:14px/1.5 ui-monospace,monospace}pre{background:var(--soft);padding:.7rem 1rem;border-radius:.4rem;overflow-x:auto}\
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.5rem}dt{color:var(--dim)}dd{margin:0}";
