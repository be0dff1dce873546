import type { Check } from '../../reporting/check.js';
import type { CheckContext } from './check-context.js';

/** Whether the app has the identities that the roles are given to. */
export function checkIdentity({ app, deployed }: CheckContext): Check[] {
  const { appPrincipalId, pullPrincipalId } = deployed;
  return [
    one('Identity', appPrincipalId, 'by which it reaches queue and storage', app.principals),
    ...(pullPrincipalId === appPrincipalId
      ? []
      : [one('Identity', pullPrincipalId, 'by which its image is pulled', app.principals)]),
  ];
}

function one(name: string, principal: string, what: string, principals: string[]): Check {
  return principals.includes(principal)
    ? { name, state: 'ok', found: `the app has the one ${what}` }
    : {
        name,
        state: 'missing',
        found: `the app lacks the one ${what} (principal ${principal}): \`mops-cold deploy up\` gives it back`,
      };
}
