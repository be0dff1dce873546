/** Of the page, in light and dark, on a telephone and on paper. */
export const styles = `
:root{color-scheme:light dark;--same:#2e7d3233;--wrong:#c6282855;--ended:#6a1b9a66;--unsure:#f9a82555;--line:#8889;--cold:#1565c0;--reused:#c62828}
@media screen and (prefers-color-scheme:dark){:root{--cold:#7dbcf5;--reused:#ff8a80}}
*{box-sizing:border-box}body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}
h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}h3{font-size:1rem}
code,pre{font-family:ui-monospace,monospace;font-size:.9em}pre{padding:.6rem;border:1px solid var(--line);white-space:pre-wrap;margin:0}
.scrolled{overflow-x:auto;max-width:100%}table{border-collapse:collapse}td,th{border:1px solid var(--line);padding:.2rem .5rem;text-align:left;vertical-align:top;min-width:6.5rem}thead th{overflow-wrap:normal}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}tbody th{font-weight:400}
.matrix td:first-child,.matrix thead th:first-child{min-width:0;white-space:nowrap}.matrix tbody th{min-width:14rem}
.verdict{padding:.6rem 1rem;font-weight:600;border-left:.4rem solid}.verdict.clean{border-color:#2e7d32;background:var(--same)}
.verdict.leak{border-color:#c62828;background:var(--wrong)}.verdict.not-reproducible{border-color:#f9a825;background:var(--unsure)}
td.same{background:var(--same)}td.different,td.raised{background:var(--wrong)}td.ended{background:var(--ended)}td.not-reproducible{background:var(--unsure)}
.cause{border:1px solid var(--line);padding:0 1rem 1rem;margin:1rem 0}.change{display:flex;gap:1rem;flex-wrap:wrap}.change figure{flex:1 1 18rem;margin:0;min-width:0}
figcaption{font-size:.85em}figure.plot{margin:1rem 0}svg{width:100%;min-width:34rem;max-width:44rem;height:auto;border:1px solid var(--line)}
svg text{font:11px system-ui,sans-serif;fill:currentColor}svg .cold{fill:none;stroke:var(--cold);stroke-width:2}svg .reused{fill:var(--reused)}
svg .apart{stroke:var(--reused);stroke-width:1;opacity:.5}svg .axis{stroke:currentColor;opacity:.4}
@media print{:root{color-scheme:light}body{margin:0;max-width:none;font-size:10pt}.verdict,td,svg{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.scrolled{overflow:visible}td,th{min-width:4.5rem;padding:.1rem .3rem}.matrix tbody th{min-width:9rem}tr,figure,.cause h3{break-inside:avoid}h2,h3,thead{break-after:avoid}}
`;
