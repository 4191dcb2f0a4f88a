/** Elements without markup: text from a report is only ever text. */

export type Child = Node | string;

export function el<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** The element with this id. @throws Error when the page has none of this kind. */
export function byId<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`no ${kind.name} #${id}`);
  return found;
}

export function card(title: string, ...children: Child[]): HTMLElement {
  return el('section', { class: 'card' }, el('h2', {}, title), ...children);
}

/** Pairs as a description list; those without a value are left out. */
export function facts(
  pairs: readonly (readonly [string, string | null | undefined])[],
): HTMLElement {
  const list = el('dl');
  for (const [term, value] of pairs) {
    if (value == null || value === '') continue;
    list.append(el('dt', { class: 'soft' }, term), el('dd', {}, value));
  }
  return list;
}

/** A link that saves `blob` as `name`. */
export function download(text: string, name: string, blob: Blob): HTMLAnchorElement {
  return el('a', { href: URL.createObjectURL(blob), download: name }, text);
}

/** Files that are dropped on `zone` or chosen in `input`; the input keeps what was dropped. */
export function onFile(
  zone: HTMLElement,
  input: HTMLInputElement,
  take: (file: File) => void,
): void {
  const over = (yes: boolean) => (event: DragEvent) => {
    event.preventDefault();
    zone.classList.toggle('over', yes);
  };
  zone.addEventListener('dragover', over(true));
  zone.addEventListener('dragleave', over(false));
  zone.addEventListener('drop', (event) => {
    over(false)(event);
    const files = event.dataTransfer?.files;
    if (files === undefined || files.length === 0) return;
    input.files = files;
    take(files[0]!);
  });
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    if (file !== undefined) take(file);
  });
}
