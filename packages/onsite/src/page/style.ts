/** The one style sheet of the local page: light and dark as the browser wishes, from a telephone's width on. */
export const STYLE = `
:root { color-scheme: light dark; --ground: #f4f6f7; --surface: #fff; --text: #1d2327; --dim: #4c555a; --line: #dde1e3; --accent: #175e6c; --bad: #8f1d17; --bad-ground: #fbe7e5; --good: #1d5c36; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #10171b; --surface: #172026; --text: #e6eaec; --dim: #b9c2c7; --line: #2b363d; --accent: #6fc3d3; --bad: #ffb0a8; --bad-ground: #45201d; --good: #8fd6ab; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; gap: 4px 18px; align-items: center; padding: 10px 20px; background: var(--surface); border-bottom: 1px solid var(--line); }
header b { font-size: 17px; }
nav { display: flex; flex-wrap: wrap; gap: 2px; }
nav a { padding: 5px 10px; border-radius: 6px; color: var(--text); text-decoration: none; }
nav a[aria-current] { background: var(--ground); font-weight: 600; }
a:focus-visible, button:focus-visible, input:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
header form { margin-left: auto; display: flex; gap: 6px; }
main { max-width: 1240px; margin: 0 auto; padding: 20px; }
h1 { font-size: 22px; margin: 0 0 14px; }
h2 { font-size: 16px; margin: 22px 0 8px; }
section, .card { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; padding: 14px 18px; margin-bottom: 16px; }
dl { display: grid; grid-template-columns: minmax(140px, 240px) 1fr; gap: 6px 18px; margin: 0; }
dt { color: var(--dim); }
dd { margin: 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 6px 12px 6px 0; vertical-align: top; border-bottom: 1px solid var(--line); white-space: nowrap; }
td.text { white-space: normal; overflow-wrap: anywhere; min-width: 160px; }
th { color: var(--dim); font-weight: 600; }
td.number { text-align: right; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font: 13px/1.5 ui-monospace, monospace; }
.bad { background: var(--bad-ground); color: var(--bad); border-radius: 8px; padding: 10px 14px; margin: 0 0 16px; }
.good { color: var(--good); }
.dim { color: var(--dim); }
progress { width: 100%; height: 10px; accent-color: var(--accent); }
label { display: block; margin-bottom: 4px; color: var(--dim); }
input { font: inherit; padding: 7px 10px; border: 1px solid var(--line); border-radius: 6px; background: var(--ground); color: var(--text); width: 100%; max-width: 340px; }
button { font: inherit; padding: 7px 16px; border: 1px solid var(--accent); border-radius: 6px; background: var(--accent); color: var(--surface); cursor: pointer; }
button.plain { background: none; color: var(--text); border-color: var(--line); padding: 4px 10px; }
.row { display: flex; flex-wrap: wrap; gap: 10px; align-items: end; }
.sign-in { max-width: 400px; margin: 12vh auto 0; }
.sign-in button { margin-top: 12px; }
@media (max-width: 600px) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 8px; } main { padding: 12px; } section, .card { padding: 12px; } td { white-space: normal; } td.text { min-width: 0; } header { padding: 10px 12px; } }
`
