/** Tables, their columns and how they refer to each other, as the data model says. */
import { getDatamodel } from '../generated/pothos-types.ts';

export interface Column {
  name: string;
  /** Prisma's name of a scalar (`BigInt`, `DateTime`), or of an enum. */
  type: string;
  isList: boolean;
}

export interface Relation {
  /** Its model's name. */
  to: string;
  isList: boolean;
  /** Columns that are equal on both sides: one's own, and the other's. */
  on: readonly (readonly [own: string, other: string])[];
}

export interface Model {
  name: string;
  columns: ReadonlyMap<string, Column>;
  relations: ReadonlyMap<string, Relation>;
}

interface Field {
  name: string;
  kind: string;
  type: string;
  isList: boolean;
  relationName?: string;
  relationFromFields?: string[];
}

const { models: described } = (
  getDatamodel() as unknown as { datamodel: { models: Record<string, { fields: Field[] }> } }
).datamodel;

export const models: ReadonlyMap<string, Model> = new Map(
  Object.entries(described).map(([name, { fields }]) => [
    name,
    {
      name,
      columns: new Map(fields.filter(isColumn).map((field) => [field.name, field])),
      relations: new Map(
        fields
          .filter((field) => !isColumn(field))
          .map((field) => [
            field.name,
            { to: field.type, isList: field.isList, on: columnsOn(field) },
          ]),
      ),
    },
  ]),
);

function isColumn({ kind }: Field): boolean {
  return kind !== 'object';
}

/** Of a relation's two sides one has the columns; the other is found by the relation's name. */
function columnsOn(field: Field): Relation['on'] {
  const { relationFromFields = [], type, relationName } = field;
  if (relationFromFields.length > 0) return referenced(relationFromFields);
  const other = described[type]?.fields.find(
    (candidate) => candidate.relationName === relationName && candidate.relationFromFields?.length,
  );
  if (!other?.relationFromFields) throw new Error(`Nothing refers through ${relationName}.`);
  return referenced(other.relationFromFields).map(([own, target]) => [target, own]);
}

/** Whatever refers to a row names its id last, and what stands before is called alike there. */
function referenced(columns: readonly string[]): (readonly [string, string])[] {
  return columns.map((name, index) => [name, index === columns.length - 1 ? 'id' : name]);
}
