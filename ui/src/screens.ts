/* The table of screens: a row here and one file in screens/ is a screen. The menu, the shortcuts, the titles and who may open
 * what are read off it. Hiding a row keeps nothing secret: the server refuses by itself. */
import type { ComponentType } from 'preact';
import type { Role, Session } from './api/types';

export interface ScreenProps {
  params: Record<string, string>;
  query: URLSearchParams;
  session: Session;
}
export interface Screen {
  path: string; /* `:name` is a parameter */
  title: string;
  roles: Role[] | 'all';
  menu?: 'work' | 'policy' | 'house'; /* its group in the menu; none: it is opened from another screen */
  key?: string; /* g and this letter opens it */
  count?: string[]; /* members of the board's counts, their sum is shown beside it */
  load: () => Promise<{ default: ComponentType<ScreenProps> }>;
}

const O: Role = 'records-officer', S: Role = 'supervisor', P: Role = 'policy-owner', T: Role = 'attorney', A: Role = 'auditor', M: Role = 'administrator', I: Role = 'integration';
const readers = [O, S, T, A];

export const screens: Screen[] = [
  { path: '/desk/now', title: 'Now', roles: [O, S], menu: 'work', key: 'n', load: () => import('./screens/now') },
  { path: '/desk/review', title: 'Review', roles: [S, O, T, A], menu: 'work', key: 'v', count: ['review', 'match'], load: () => import('./screens/review') },
  { path: '/desk/requests', title: 'Requests', roles: readers, menu: 'work', key: 'r', load: () => import('./screens/requests') },
  { path: '/desk/requests/new', title: 'Enter a request', roles: [O, S], load: () => import('./screens/request-new') },
  { path: '/desk/cases/:case', title: 'Case', roles: readers, load: () => import('./screens/case') },
  { path: '/desk/custody', title: 'Custody', roles: [...readers, I], menu: 'work', key: 'c', load: () => import('./screens/custody') },
  { path: '/desk/custody/:booking', title: 'Booking', roles: [...readers, I], load: () => import('./screens/booking') },
  { path: '/desk/alerts', title: 'Alerts', roles: [O, S, P, T, A], menu: 'work', key: 'a', count: ['alert'], load: () => import('./screens/alerts') },
  { path: '/desk/trend', title: 'Trend', roles: [O, S, P, T, A], menu: 'policy', key: 't', load: () => import('./screens/trend') },
  { path: '/desk/policies', title: 'Policies', roles: [O, S, P, T, A, M], menu: 'policy', key: 'p', load: () => import('./screens/policies') },
  { path: '/desk/policies/:pack/:version', title: 'Policy', roles: [O, S, P, T, A, M], load: () => import('./screens/policy') },
  { path: '/desk/audit', title: 'Audit', roles: [T, A], menu: 'house', key: 'd', load: () => import('./screens/audit') },
  { path: '/desk/whatif', title: 'What if', roles: [P, T, A], menu: 'policy', key: 'w', load: () => import('./screens/whatif') },
  { path: '/desk/reports', title: 'Reports', roles: [S, P, T, A], menu: 'policy', key: 'o', load: () => import('./screens/reports') },
  { path: '/desk/ledger', title: 'Ledger', roles: [O, S, P, T, A, M], menu: 'house', key: 'l', load: () => import('./screens/ledger') },
  { path: '/desk/agencies', title: 'Agencies', roles: [O, S, P, T, A, M], menu: 'house', key: 'g', load: () => import('./screens/agencies') },
  { path: '/desk/people', title: 'People and tokens', roles: [M, A], menu: 'house', key: 'u', load: () => import('./screens/people') },
  { path: '/desk/account', title: 'Your account', roles: 'all', load: () => import('./screens/account') },
];

export const may = (screen: Screen, role: Role) => screen.roles === 'all' || screen.roles.includes(role);
/* Where a role begins: the first screen of the menu it may open. */
export const first = (role: Role) => screens.find((s) => s.menu && may(s, role))?.path ?? '/desk/account';
export const groups: [NonNullable<Screen['menu']>, string][] = [['work', 'Work'], ['policy', 'Policy'], ['house', 'House']];
