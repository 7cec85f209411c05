/** What a sign-in mail lets one in with, as its reader finds it. */
export function secretsOf(mail: { text: string }): { link: string; token: string; code: string } {
  const link = /https?:\/\/\S+#token=[\w-]+/.exec(mail.text)?.[0];
  const code = /(?:^|\D)(\d{6})(?:\D|$)/m.exec(mail.text.replace(/https?:\/\/\S+/g, ''))?.[1];
  if (!link || !code) throw new Error(`Not a sign-in mail:\n${mail.text}`);
  return { link, token: link.split('#token=')[1]!, code };
}
