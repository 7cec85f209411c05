/** What staff roles are called in mails: as the console calls them. */
import type { Locale, StaffRole } from '@4geeks/prisma';

export const staffRoleNames: Record<Locale, Record<StaffRole, string>> = {
  en: { OWNER: 'Owner', ADMIN: 'Administrator', SUPPORT: 'Support', ANALYST: 'Analyst' },
  es: { OWNER: 'Propietario', ADMIN: 'Administrador', SUPPORT: 'Soporte', ANALYST: 'Analista' },
  de: { OWNER: 'Inhaber', ADMIN: 'Administrator', SUPPORT: 'Support', ANALYST: 'Analyst' },
  pt: { OWNER: 'Proprietário', ADMIN: 'Administrador', SUPPORT: 'Suporte', ANALYST: 'Analista' },
  it: {
    OWNER: 'Proprietario',
    ADMIN: 'Amministratore',
    SUPPORT: 'Assistenza',
    ANALYST: 'Analista',
  },
};
