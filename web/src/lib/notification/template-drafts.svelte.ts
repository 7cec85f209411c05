import { SvelteMap } from 'svelte/reactivity';
import type { EditedTemplateFragment, Locale, NotificationKind } from '#lib/gql/graphql.ts';

export type TemplateKey = { kind: NotificationKind; locale: Locale };
type TemplateText = { subject: string; body: string };

const keyOf = ({ kind, locale }: TemplateKey) => `${kind}.${locale}`;

/** Templates as saved, with what has been written over them; going from one to another keeps both. */
export class TemplateDrafts {
  #saved = new SvelteMap<string, EditedTemplateFragment>();
  #drafts = new SvelteMap<string, TemplateText>();

  constructor(templates: readonly EditedTemplateFragment[]) {
    for (const template of templates) this.#saved.set(keyOf(template), template);
  }

  /** Kinds that can be edited, in the order the API lists them. */
  get kinds(): NotificationKind[] {
    return [...this.#saved.values()]
      .map(({ kind }) => kind)
      .filter((kind, index, all) => all.indexOf(kind) === index);
  }

  get dirty(): boolean {
    return [...this.#saved.values()].some((template) => this.isDirty(template));
  }

  saved(key: TemplateKey): EditedTemplateFragment | undefined {
    return this.#saved.get(keyOf(key));
  }

  /** What stands in the editor. */
  text(key: TemplateKey): TemplateText {
    const { subject = '', body = '' } =
      this.#drafts.get(keyOf(key)) ?? this.#saved.get(keyOf(key)) ?? {};
    return { subject, body };
  }

  isDirty(key: TemplateKey): boolean {
    const draft = this.#drafts.get(keyOf(key));
    const saved = this.#saved.get(keyOf(key));
    return draft !== undefined && (draft.subject !== saved?.subject || draft.body !== saved.body);
  }

  write(key: TemplateKey, text: Partial<TemplateText>): void {
    this.#drafts.set(keyOf(key), { ...this.text(key), ...text });
  }

  discard(key: TemplateKey): void {
    this.#drafts.delete(keyOf(key));
  }

  /** What the API answered to saving or resetting. */
  take(template: EditedTemplateFragment): void {
    this.#saved.set(keyOf(template), template);
    this.#drafts.delete(keyOf(template));
  }
}
