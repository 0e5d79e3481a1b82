/* What api/openapi.yaml says, as types: schema.d.ts is made from it by `npm run api` and is nowhere kept. A call names its path as
 * a text; its route, and with it what may be sent and what comes back, is found from the text's own type. A path that is in no
 * route, a body that does not fit, or a member that the contract has not, is an error of `tsc`. */
import type { components, paths } from './schema';
import type { Audit, Report, Trend, Whatif } from './figures';

export type Schemas = components['schemas'];
export type Verb = 'POST' | 'PUT' | 'DELETE';

/* `/cases/{case}/trace` is written `/cases/${string}/trace` where it is called. */
type Filled<K extends string> = K extends `${infer A}{${string}}${infer B}` ? `${A}${string}${Filled<B>}` : K;
type Bare<P extends string> = P extends `${infer A}?${string}` ? A : P;
type Same<A, B> = [A, B] extends [B, A] ? true : false;
type RouteOf<P extends string> = { [K in keyof paths]: Same<Filled<K>, P> extends true ? K : never }[keyof paths];
type Route<P extends string> = P extends string ? RouteOf<Bare<P>> : never;
type Operation<P extends string, M extends string> = Route<P> extends infer K ? (K extends keyof paths ? (M extends keyof paths[K] ? paths[K][M] : never) : never) : never;

type Json<C> = C extends { content: { 'application/json': infer B } } ? B : never;
type Good<O> = O extends { responses: infer R } ? { [S in keyof R]: S extends 200 | 201 ? Json<R[S]> : S extends 204 ? undefined : never }[keyof R] : never;
/* The contract names these answers and leaves their members to the documents beside it. */
interface Described {
  '/trend': Trend;
  '/audit': Audit;
  '/whatif': Whatif;
  '/reports/{report}': Report;
}
export type Answer<P extends string, M extends string = 'get'> = Route<P> extends infer K ? (K extends keyof Described ? Described[K] : Good<Operation<P, M>>) : never;
export type Body<P extends string, M extends string> = Operation<P, M> extends { requestBody: { content: { 'application/json': infer B } } } ? B : undefined;

/* Nothing is assignable to it unless the contract has the operation. */
export type Known<P extends string, M extends string = 'get'> = [Operation<P, M>] extends [never] ? { 'is in no route of': 'api/openapi.yaml' } : unknown;
