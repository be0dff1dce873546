/** Of the page, in light and dark. */
export const styles = `
:root{color-scheme:light dark;--same:#2e7d3233;--wrong:#c6282855;--ended:#6a1b9a66;--unsure:#f9a82555;--line:#8885;--cold:#1565c0;--reused:#c62828}
body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}h3{font-size:1rem}
code,pre{font-family:ui-monospace,monospace;font-size:.9em}pre{padding:.6rem;border:1px solid var(--line);overflow:auto;margin:0}
code{overflow-wrap:anywhere}table{border-collapse:collapse}td,th{border:1px solid var(--line);padding:.2rem .5rem;text-align:left;vertical-align:top}
.verdict{padding:.6rem 1rem;font-weight:600;border-left:.4rem solid}.verdict.clean{border-color:#2e7d32;background:var(--same)}
.verdict.leak{border-color:#c62828;background:var(--wrong)}.verdict.not-reproducible{border-color:#f9a825;background:var(--unsure)}
td.same{background:var(--same)}td.different,td.raised{background:var(--wrong)}td.ended{background:var(--ended)}td.not-reproducible{background:var(--unsure)}
.cause{border:1px solid var(--line);padding:0 1rem 1rem;margin:1rem 0}.change{display:flex;gap:1rem;flex-wrap:wrap}.change figure{flex:1 1 20rem;margin:0}
figcaption{font-size:.85em}figure.plot{margin:1rem 0}svg{width:100%;max-width:44rem;height:auto;border:1px solid var(--line)}
svg text{font:11px system-ui,sans-serif;fill:currentColor}svg .cold{fill:none;stroke:var(--cold);stroke-width:2}svg .reused{fill:var(--reused)}
svg .apart{stroke:var(--reused);stroke-width:1;opacity:.5}svg .axis{stroke:currentColor;opacity:.4}
`;
