/* Every screen of the desk with something on it, and whose window looks at it: a row here is opened in every look, by axe and by
 * Lighthouse. */
export const screens = (jail) => {
  const booking = '/desk/custody/26-001001', aCase = `/desk/cases/${jail.review}`;
  return [
    ['sign-in', '/desk', 'stranger'], ['link', '/desk/link#none', 'stranger'], ['public', '/public', 'stranger'],
    ['now', '/desk/now', 'officer'], ['requests', '/desk/requests', 'officer'], ['request-new', '/desk/requests/new', 'officer'],
    ['custody', '/desk/custody', 'officer'], ['booking', booking, 'officer'],
    ['review', '/desk/review', 'supervisor'], ['case', aCase, 'supervisor'], ['alerts', '/desk/alerts', 'supervisor'], ['account', '/desk/account', 'supervisor'],
    ['case-match', `/desk/cases/${jail.unclear}`, 'officer'],
    ['policies', '/desk/policies', 'owner'], ['policy', jail.diffPage, 'owner'], ['whatif', '/desk/whatif', 'owner'], ['trend', '/desk/trend', 'owner'],
    ['reports', '/desk/reports', 'owner'], ['report', '/desk/reports?report=council-quarterly', 'owner'],
    ['ledger', '/desk/ledger', 'auditor'], ['audit', '/desk/audit', 'auditor'],
    ['agencies', '/desk/agencies', 'administrator'], ['people', '/desk/people', 'administrator'],
    ['window', '/desk/custody', 'window'], ['window-booking', booking, 'window'],
  ];
};
