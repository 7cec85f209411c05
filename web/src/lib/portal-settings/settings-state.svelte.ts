import { SvelteSet } from 'svelte/reactivity';
import type { PortalPermission, PortalSettingsFieldsFragment } from '#lib/gql/graphql.ts';
import { portalPermissions } from './permissions.ts';

/** A logo chosen but not saved: the file with an address to show it by, or the wish for none. */
export type LogoDraft =
  | { file: File; url: string; width: number; height: number; transparent: boolean; small: boolean }
  | 'removed'
  | undefined;

const sameList = (one: readonly string[], other: readonly string[]) =>
  one.length === other.length && one.every((each, index) => each === other[index]);

const sameColor = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

/**
 * The saved settings and a draft of them. When somebody else saves meanwhile, fields that are not
 * being changed here follow, and those that are keep the draft.
 */
export class PortalSettingsState {
  saved = $state.raw() as PortalSettingsFieldsFragment;
  companyName = $state('');
  primaryColor = $state('');
  logo = $state.raw<LogoDraft>();
  readonly permissions = new SvelteSet<PortalPermission>();
  /** One a line of the form; lines may be empty. */
  returnUrls = $state<string[]>([]);
  /** Somebody else saved while there were changes here. */
  savedElsewhere = $state(false);

  readonly brandingDirty = $derived.by(
    () =>
      this.companyName.trim() !== this.saved.companyName ||
      !sameColor(this.primaryColor, this.saved.primaryColor) ||
      this.logo !== undefined,
  );
  readonly permissionsDirty = $derived.by(() => this.#permissionsDiffer(this.saved));
  /** The lines that say something. */
  readonly wantedReturnUrls = $derived.by(() =>
    this.returnUrls.map((text) => text.trim()).filter((text) => text !== ''),
  );
  readonly returnUrlsDirty = $derived.by(
    () => !sameList(this.wantedReturnUrls, this.saved.returnUrls),
  );
  readonly dirty = $derived.by(
    () => this.brandingDirty || this.permissionsDirty || this.returnUrlsDirty,
  );
  /** The logo as it would be: address, or null for none. */
  readonly logoUrl = $derived.by(() => {
    if (this.logo === 'removed') return null;
    return this.logo?.url ?? this.saved.logoUrl;
  });

  constructor(saved: PortalSettingsFieldsFragment) {
    this.saved = saved;
    this.discardBranding();
    this.discardPermissions();
    this.discardReturnUrls();
  }

  /** Takes settings that are newer than those known, whoever saved them. */
  take(next: PortalSettingsFieldsFragment): void {
    if (next.version < this.saved.version) return;
    const before = this.saved;
    const permissionsChanged = this.permissionsDirty;
    const returnUrlsChanged = this.returnUrlsDirty;
    this.saved = next;
    if (this.companyName.trim() === before.companyName) this.companyName = next.companyName;
    if (sameColor(this.primaryColor, before.primaryColor)) this.primaryColor = next.primaryColor;
    if (!permissionsChanged) this.#grantAsSaved();
    if (!returnUrlsChanged) this.returnUrls = [...next.returnUrls];
  }

  /** The same for what another member of staff saved. */
  takeFromElsewhere(next: PortalSettingsFieldsFragment): void {
    if (next.version <= this.saved.version) return;
    const changing = this.dirty;
    this.take(next);
    this.savedElsewhere = changing && this.dirty;
  }

  setPermission(permission: PortalPermission, granted: boolean): void {
    if (granted) this.permissions.add(permission);
    else this.permissions.delete(permission);
  }

  chooseLogo(logo: LogoDraft): void {
    if (typeof this.logo === 'object') URL.revokeObjectURL(this.logo.url);
    this.logo = logo;
  }

  discardBranding(): void {
    this.companyName = this.saved.companyName;
    this.primaryColor = this.saved.primaryColor;
    this.chooseLogo(undefined);
    this.savedElsewhere = false;
  }

  discardPermissions(): void {
    this.#grantAsSaved();
    this.savedElsewhere = false;
  }

  discardReturnUrls(): void {
    this.returnUrls = [...this.saved.returnUrls];
    this.savedElsewhere = false;
  }

  #grantAsSaved(): void {
    for (const each of portalPermissions) {
      this.setPermission(each, this.saved.permissions.includes(each));
    }
  }

  #permissionsDiffer({ permissions }: PortalSettingsFieldsFragment): boolean {
    return portalPermissions.some(
      (each) => permissions.includes(each) !== this.permissions.has(each),
    );
  }
}
