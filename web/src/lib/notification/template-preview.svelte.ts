import { untrack } from 'svelte';
import {
  PreviewNotificationDocument,
  type NotificationPreviewInput,
  type PreviewNotificationQuery,
} from '#lib/gql/graphql.ts';
import { getApi } from '#lib/graphql/api-context.ts';

type Preview = NonNullable<PreviewNotificationQuery['notificationPreview']>;

const typingPauseMs = 350;

/** A mail as it would go out, asked for again whenever the text rests. Make it while a component initializes. */
export class TemplatePreview {
  #result = $state.raw<{ input: NotificationPreviewInput; preview: Preview }>();
  #input: () => NotificationPreviewInput;
  loading = $state(true);
  failed = $state(false);

  constructor(input: () => NotificationPreviewInput) {
    this.#input = input;
    const api = getApi();
    $effect(() => {
      const asked = input();
      let outdated = false;
      this.loading = true;
      const ask = async () => {
        try {
          const { notificationPreview } = await api.query(PreviewNotificationDocument, {
            input: asked,
          });
          if (outdated) return;
          this.failed = notificationPreview === null;
          if (notificationPreview) this.#result = { input: asked, preview: notificationPreview };
        } catch {
          if (!outdated) this.failed = true;
        }
        if (!outdated) this.loading = false;
      };
      // What is answered asks for nothing new.
      const isTyping = untrack(() => this.#isOfThisTemplate());
      const timer = setTimeout(ask, isTyping ? typingPauseMs : 0);
      return () => {
        outdated = true;
        clearTimeout(timer);
      };
    });
  }

  /** The newest preview of the template that is open; a moment behind while somebody types. */
  get current(): Preview | undefined {
    return this.#isOfThisTemplate() ? this.#result?.preview : undefined;
  }

  #isOfThisTemplate(): boolean {
    const { kind, locale } = this.#input();
    return this.#result?.input.kind === kind && this.#result.input.locale === locale;
  }
}
