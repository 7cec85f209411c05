/** The token of an invitation's link, as the mail's reader finds it. */
export function invitationToken(mail: { text: string } | undefined): string {
  const token = /\/console\/join\?locale=\w\w#token=([\w-]+)/.exec(mail?.text ?? '')?.[1];
  if (!token) throw new Error(`Not an invitation:\n${mail?.text}`);
  return token;
}
