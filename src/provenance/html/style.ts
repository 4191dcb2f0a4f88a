/** The look of the page: system fonts, light and dark, phone and paper. No rule loads anything. */
export const STYLE = `
:root{color-scheme:light dark;--fg:#1a1d21;--dim:#5a626c;--bg:#fff;--card:#f5f6f8;--line:#d9dde2;--ai:#b3261e;--warn:#8a5a00;--camera:#0b6b3a;--none:#45505c;--link:#0b57d0}
@media (prefers-color-scheme:dark){:root{--fg:#e7e9ec;--dim:#a3abb5;--bg:#121417;--card:#1c1f24;--line:#343a42;--ai:#ff8a80;--warn:#f5c26b;--camera:#7bd8a4;--none:#b6c0cc;--link:#8ab4f8}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:68rem;padding:1.25rem 1rem 4rem;font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;color:var(--fg);background:var(--bg)}
h1{font-size:1.15rem;margin:0;overflow-wrap:anywhere}
h2{font-size:1.1rem;margin:2.25rem 0 .6rem;padding-bottom:.25rem;border-bottom:1px solid var(--line)}
h3{font-size:1rem;margin:1.25rem 0 .4rem}
p{margin:.4rem 0}
a{color:var(--link)}
.dim,figcaption,caption{color:var(--dim);font-size:.9rem}
code,pre{font:.85rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
code{overflow-wrap:anywhere}
.top{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:1.5rem;align-items:start;margin-top:1rem}
.verdict{border-left:.4rem solid var(--none);background:var(--card);padding:1rem 1.1rem;border-radius:.25rem}
.verdict .state{font-size:1.6rem;font-weight:650;line-height:1.2;margin:0}
.ai-generated,.ai-edited,.likely-ai{border-color:var(--ai)}
.inconclusive{border-color:var(--warn)}
.camera-captured{border-color:var(--camera)}
.ai-generated .state,.ai-edited .state,.likely-ai .state{color:var(--ai)}
.inconclusive .state{color:var(--warn)}
.camera-captured .state{color:var(--camera)}
.score{width:100%;height:1.2rem;display:block;margin:.6rem 0 .1rem;color:var(--none)}
.ai-generated .score,.ai-edited .score,.likely-ai .score{color:var(--ai)}
.inconclusive .score{color:var(--warn)}
.camera-captured .score{color:var(--camera)}
.notch{stroke:var(--fg);stroke-width:2;vector-effect:non-scaling-stroke}
.track{fill:var(--line)}
.fill{fill:currentColor}
ol,ul{padding-left:1.4rem;margin:.4rem 0}
li{margin:.25rem 0}
figure{margin:0}
figure img,figure svg.over{display:block;width:100%;height:auto}
.stack{position:relative;background:var(--card)}
.stack svg{position:absolute;inset:0;width:100%;height:100%}
.tile{fill:none;stroke:#ffd400;stroke-width:1;stroke-dasharray:6 5;vector-effect:non-scaling-stroke;opacity:.75}
.unit{fill:#ffd400;fill-opacity:.16;stroke:#ffd400;stroke-width:3;vector-effect:non-scaling-stroke}
.spot{fill:none;stroke:#00c2ff;stroke-width:2;vector-effect:non-scaling-stroke}
.grid{margin:1rem 0;display:grid;grid-template-columns:repeat(auto-fill,minmax(17rem,1fr));gap:1.25rem}
.grid h3{margin-top:0}
.wide{margin:.8rem 0;overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.92rem}
caption{text-align:left;padding:.2rem 0}
th,td{text-align:left;vertical-align:top;padding:.4rem .6rem .4rem 0;border-bottom:1px solid var(--line)}
td,th[scope=row]{overflow-wrap:anywhere;min-width:5.5rem}
td:first-child{min-width:9.5rem}
th{font-weight:600}
.num{text-align:right;white-space:nowrap}
.tag{display:inline-block;font-size:.8rem;padding:0 .45rem;border:1px solid var(--line);border-radius:1rem;white-space:nowrap}
.error{color:var(--ai)}
.warning{color:var(--warn)}
p.note{border-left:.25rem solid var(--warn);padding:.3rem .8rem;margin:.6rem 0;background:var(--card)}
.tree,.tree ul{list-style:none;padding-left:1.1rem;border-left:2px solid var(--line)}
.tree{padding-left:.9rem}
pre{background:var(--card);padding:.8rem;overflow:auto;max-height:32rem;white-space:pre-wrap;overflow-wrap:anywhere}
summary{cursor:pointer}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
footer{margin-top:3rem;color:var(--dim);font-size:.85rem}
@media (max-width:46rem){.wide table{min-width:44rem}.top{grid-template-columns:1fr}body{padding:1rem .8rem 3rem}.verdict .state{font-size:1.35rem}}
@media print{:root{color-scheme:light}body{max-width:none;padding:0;font-size:10pt}.raw{display:none}figure,tr,.verdict{break-inside:avoid}h2{break-after:avoid}a{color:inherit}}
`;
