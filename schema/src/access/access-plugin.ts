/**
 * `access` on every field: who may use it. Default deny: a field without a rule fails the build.
 * The rule is enforced by the scope-auth plugin, checked when a live subscription begins, and kept
 * in the field's extensions for the generated table.
 */
import { missingPermission, type AccessRule } from '@4geeks/billing/access/rule';
import SchemaBuilder, {
  BasePlugin,
  PothosSchemaError,
  type PothosOutputFieldConfig,
  type SchemaTypes,
} from '@pothos/core';
import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import { deniedError } from '../client-errors.ts';
import type { Context } from '../context.ts';
import { checkAccess } from './check-access.ts';
import { implies, isOpen, type FieldAccess } from './field-access.ts';

const pluginName = 'access';
export default pluginName;

declare module 'graphql' {
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs> {
    access?: FieldAccess;
    /** On mutations: who may know of the result. Asked for before anything is changed. */
    accessToResult?: AccessRule;
  }
  interface GraphQLObjectTypeExtensions<_TSource, _TContext> {
    access?: FieldAccess;
  }
  interface GraphQLInterfaceTypeExtensions {
    access?: FieldAccess;
  }
}

declare global {
  export namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      access: AccessPlugin<Types>;
      unguarded: UnguardedPlugin<Types>;
    }
    interface BaseTypeOptions<Types extends SchemaTypes> {
      /**
       * A noun: who may know of it at all (`node(id)` finds it for nobody else); its fields still
       * need rules of their own. `inherits`: a value without an identity, open to whoever may use
       * the field that returned it.
       */
      access?: FieldAccess;
    }
    interface FieldOptions<
      Types extends SchemaTypes,
      ParentShape,
      Type,
      Nullable,
      Args,
      ResolveShape,
      ResolveReturnShape,
    > {
      /** Who may use this field. Required, but on types that inherit. */
      access?: FieldAccess;
    }
  }
}

export class AccessPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onTypeConfig(
    typeConfig: Parameters<BasePlugin<Types>['onTypeConfig']>[0],
  ): Parameters<BasePlugin<Types>['onTypeConfig']>[0] {
    const { access } = typeConfig.pothosOptions as { access?: FieldAccess };
    if (!access) return typeConfig;
    return { ...typeConfig, extensions: { ...typeConfig.extensions, access } };
  }

  override onOutputFieldConfig(
    fieldConfig: PothosOutputFieldConfig<Types>,
  ): PothosOutputFieldConfig<Types> {
    const access = this.accessOf(fieldConfig);
    const accessToResult = this.accessToResultOf(fieldConfig, access);
    return {
      ...fieldConfig,
      extensions: {
        ...fieldConfig.extensions,
        access,
        ...(accessToResult && { accessToResult }),
      },
      ...(!isOpen(access) && {
        pothosOptions: {
          ...fieldConfig.pothosOptions,
          authScopes: { may: access, ...(accessToResult && { maySeeResult: accessToResult }) },
        },
      }),
    } as PothosOutputFieldConfig<Types>;
  }

  /** A mutation whose result would be denied must not happen: that is known before it runs. */
  private accessToResultOf(
    { kind, type }: PothosOutputFieldConfig<Types>,
    access: FieldAccess,
  ): AccessRule | undefined {
    if (kind !== 'Mutation' || type.kind !== 'Object' || access === 'inherits') return undefined;
    const ofResult = this.buildCache.getTypeConfig(type.ref).extensions?.access as
      FieldAccess | undefined;
    if (!ofResult || ofResult === 'inherits' || implies(access, ofResult)) return undefined;
    return ofResult;
  }

  /** Whoever may use a field goes straight to it; the scope-auth plugin says no to the others. */
  override wrapResolve(
    guarded: GraphQLFieldResolver<unknown, Types['Context'], object>,
    fieldConfig: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    const { access, accessToResult } = fieldConfig.extensions ?? {};
    const resolve = unguarded.get(nameOf(fieldConfig)) as typeof guarded | undefined;
    if (!access || access === 'inherits' || accessToResult || !resolve) return guarded;
    return (parent, args, context, info) =>
      missingPermission((context as Context).viewer, access) === null
        ? resolve(parent, args, context, info)
        : guarded(parent, args, context, info);
  }

  /** A live subscription is refused at once; each event is checked again by scope-auth. */
  override wrapSubscribe(
    subscribe: GraphQLFieldResolver<unknown, Types['Context'], object> | undefined,
    fieldConfig: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> | undefined {
    const access = fieldConfig.extensions?.access as FieldAccess;
    if (!subscribe || access === 'inherits') return subscribe;
    return (parent, args, context, info) => {
      const missing = missingPermission((context as Context).viewer, access);
      if (missing !== null) throw deniedError((context as Context).viewer, missing);
      return subscribe(parent, args, context, info);
    };
  }

  override afterBuild(schema: GraphQLSchema): GraphQLSchema {
    checkAccess(schema);
    return schema;
  }

  private accessOf(fieldConfig: PothosOutputFieldConfig<Types>): FieldAccess {
    const { name, parentType, declaringType, pothosOptions } = fieldConfig;
    const own = (pothosOptions as { access?: FieldAccess }).access;
    // A field that comes from an interface is declared there, with its rule.
    const typeConfig = this.buildCache.getTypeConfig(declaringType ?? parentType);
    const ofType = (typeConfig.pothosOptions as { access?: FieldAccess }).access;
    if (own) return own;
    if (ofType === 'inherits') return 'inherits';
    throw new PothosSchemaError(
      `${parentType}.${name} has no access rule. Say who may use it: access: { staff: ..., apiKey: ..., portal: ... }`,
    );
  }
}

SchemaBuilder.registerPlugin(pluginName, AccessPlugin);

/** Resolvers by type and field, before the scope-auth plugin stands around them. */
const unguarded = new Map<string, GraphQLFieldResolver<unknown, never, never>>();

const nameOf = ({ parentType, name }: { parentType: string; name: string }) =>
  `${parentType}.${name}`;

/** Within the scope-auth plugin: keeps what it stands around. */
export class UnguardedPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolver: GraphQLFieldResolver<unknown, Types['Context'], object>,
    fieldConfig: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    unguarded.set(nameOf(fieldConfig), resolver);
    return resolver;
  }
}

SchemaBuilder.registerPlugin('unguarded', UnguardedPlugin);

/** Kept beside the plugin so that a rule and its check read alike. */
export const everyone: AccessRule = { anonymous: true };
