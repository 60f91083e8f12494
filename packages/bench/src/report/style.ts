/** The stylesheet of the report: a page for a wide screen, a phone, and one sheet of A4. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fcfcfa; --card: #fff; --ink: #1b1e26; --soft: #666d7a; --line: #e5e5e0;
  --accent: #3b4cca; --good: #14795b; --bad: #b3412e;
  --plain-1: #e08a2b; --plain-2: #b9a189;
  --shares-1: #3b4cca; --shares-2: #7c8cf0; --shares-3: #23a094; --shares-4: #7bc8bf;
  --other-1: #a1449b; --other-2: #cf86c9; --other-3: #7d5ba6;
  --before-1: #9fb0ff; --before-2: #3b4cca; --between: #d6d6cf;
  --after-1: #1f7f74; --after-2: #23a094; --after-3: #7bc8bf; --after-4: #b9e3dd;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12141a; --card: #1a1d25; --ink: #e9eaee; --soft: #9aa1af; --line: #2c303b;
    --accent: #93a2ff; --good: #4fc79f; --bad: #f08b76;
    --plain-1: #f0a24a; --plain-2: #8d7b68;
    --shares-1: #7f90ff; --shares-2: #4c5bd4; --shares-3: #36b8aa; --shares-4: #1f7f74;
    --other-1: #d680d0; --other-2: #a1449b; --other-3: #a98bd0;
    --before-1: #4c5bd4; --before-2: #93a2ff; --between: #444a57;
    --after-1: #1f7f74; --after-2: #36b8aa; --after-3: #7bc8bf; --after-4: #2b6a63;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 ui-sans-serif, system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif;
  -webkit-text-size-adjust: 100%;
}
main { max-width: 68rem; margin: 0 auto; padding: 2.5rem 1.25rem 3rem; }
h1 { font-size: clamp(1.7rem, 4vw, 2.5rem); line-height: 1.15; letter-spacing: -0.02em; margin: 0; }
h2 { font-size: 0.95rem; line-height: 1.35; margin: 0; }
p { margin: 0; }
.lead { color: var(--soft); margin-top: 0.6rem; max-width: 46rem; }
.headlines { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 9.5rem), 1fr)); gap: 0.9rem; margin: 1.75rem 0; }
.headline { border-top: 3px solid var(--accent); padding-top: 0.55rem; }
.headline b { display: block; font-size: 2rem; line-height: 1.1; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }
.headline span { color: var(--soft); font-size: 0.85rem; line-height: 1.35; display: block; margin-top: 0.25rem; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); gap: 0.9rem; }
figure {
  margin: 0; padding: 1rem 1.1rem 0.9rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  display: flex; flex-direction: column; gap: 0.75rem;
}
figure svg { width: 100%; max-width: 31rem; height: auto; display: block; overflow: visible; font-family: inherit; }
figcaption { margin-top: auto; color: var(--soft); font-size: 0.82rem; line-height: 1.4; }
.keys { display: flex; flex-wrap: wrap; gap: 0.15rem 0.9rem; margin: 0; padding: 0; list-style: none; font-size: 0.78rem; line-height: 1.4; }
.keys i { display: inline-block; width: 0.65em; height: 0.65em; border-radius: 50%; margin-right: 0.4em; }
.figures { margin-top: 1.75rem; display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); gap: 0 2.2rem; }
.figures h2 { grid-column: 1 / -1; margin-bottom: 0.4rem; }
.row { display: grid; grid-template-columns: 1fr 4.2rem 4.6rem 1.2rem; gap: 0.5rem; align-items: baseline;
  border-top: 1px solid var(--line); padding: 0.3rem 0; font-size: 0.82rem; line-height: 1.35; }
.row b, .row i { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.row i { color: var(--soft); font-style: normal; }
.row small { display: block; color: var(--soft); font-size: 0.75rem; }
.row [role=img] { text-align: center; font-weight: 700; }
.good { color: var(--good); } .bad { color: var(--bad); }
.comparison { margin-top: 1.75rem; }
.comparison div { overflow-x: auto; }
.comparison table { border-collapse: collapse; width: 100%; font-size: 0.8rem; line-height: 1.35; font-variant-numeric: tabular-nums; }
.comparison th { color: var(--soft); font-weight: normal; }
.comparison th, .comparison td { text-align: left; padding: 0.3rem 0.9rem 0.3rem 0; border-top: 1px solid var(--line); vertical-align: baseline; }
footer { margin-top: 1.75rem; border-top: 1px solid var(--line); padding-top: 0.9rem; color: var(--soft); font-size: 0.8rem; line-height: 1.5; }
footer code { font: 0.95em ui-monospace, "SF Mono", Menlo, Consolas, monospace; color: var(--ink); overflow-wrap: anywhere; }
footer ul { margin: 0.4rem 0 0; padding-left: 1.1rem; }
@media print {
  @page { size: A4; margin: 8mm 10mm; }
  :root { color-scheme: light; }
  body { background: #fff; font-size: 8.2pt; line-height: 1.3; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  h1 { font-size: 17pt; }
  h2 { font-size: 8.6pt; }
  .lead { margin-top: 1mm; max-width: none; }
  .headlines { grid-template-columns: repeat(4, 1fr); gap: 4mm; margin: 3mm 0; }
  .headline { padding-top: 1mm; border-top-width: 2px; }
  .headline b { font-size: 15pt; }
  .headline span { font-size: 7pt; margin-top: 0; }
  .charts { grid-template-columns: 1fr 1fr; gap: 2.5mm; }
  figure { padding: 2mm 2.5mm; gap: 1.2mm; border-radius: 1.5mm; break-inside: avoid; }
  figure svg { max-height: 33mm; }
  figcaption { font-size: 6.8pt; line-height: 1.25; }
  .keys { font-size: 6.6pt; gap: 0 2.5mm; line-height: 1.25; }
  .comparison { margin-top: 3mm; break-inside: avoid; }
  .comparison table { font-size: 6.6pt; line-height: 1.25; }
  .comparison th, .comparison td { padding: 0.35mm 2mm 0.35mm 0; }
  .figures { grid-template-columns: 1fr 1fr; margin-top: 3mm; gap: 0 5mm; }
  .figures h2 { margin-bottom: 0.5mm; }
  .row { padding: 0.35mm 0; font-size: 6.9pt; line-height: 1.25; grid-template-columns: 1fr 12mm 13mm 4mm; gap: 1mm; }
  .row small { display: none; }
  footer { margin-top: 2.5mm; padding-top: 1.5mm; font-size: 6.6pt; line-height: 1.3; }
}
`;
