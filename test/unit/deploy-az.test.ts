import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AzFailed } from '../../src/cli/deploy/az/az-failed.js';
import { reasonOf } from '../../src/cli/deploy/az/reason-of.js';
import { readCall } from '../fixtures/az/commands.js';

describe('the reason that `az` gives', () => {
  it('is the text of its error, without warnings and without the same once more', () => {
    assert.equal(
      reasonOf(
        "WARNING: A new Bicep release is available.\nERROR: (ResourceGroupNotFound) Resource group 'x' could not be found.\nCode: ResourceGroupNotFound\nMessage: Resource group 'x' could not be found.\n",
      ),
      "(ResourceGroupNotFound) Resource group 'x' could not be found.",
    );
    assert.equal(reasonOf(''), 'it did not say why');
  });

  it('is what stands innermost in an error document, also where that is text within text', () => {
    const message = JSON.stringify({ error: { code: 'Conflict', message: 'The plan has no room.' } });
    const document = {
      status: 'Failed',
      error: {
        code: 'DeploymentFailed',
        message: 'At least one resource deployment operation failed.',
        details: [
          { code: 'Conflict', message },
          { code: 'RoleAssignmentExists', message: 'It is there.' },
          { code: 'RoleAssignmentExists', message: 'It is there.' },
        ],
      },
    };
    assert.equal(
      reasonOf(`ERROR: ${JSON.stringify(document)}\n`),
      'The plan has no room. (Conflict)\nIt is there. (RoleAssignmentExists)',
    );
  });

  it('tells what does not exist from what else may be wrong', () => {
    const notFound = (reason: string) => new AzFailed('group show', reason).notFound;
    for (const reason of [
      "(ResourceGroupNotFound) Resource group 'x' could not be found.",
      "(DeploymentNotFound) Deployment 'x' could not be found.",
      'Error: manifest tagged by "x" is not found. Correlation ID: 0.',
      "The Resource 'x' was not found (ResourceNotFound)",
      "The resource with name 'x' and type 'Microsoft.ContainerRegistry/registries' could not be found in subscription 'y'.",
    ])
      assert.ok(notFound(reason), reason);
    for (const reason of [
      '(AuthorizationFailed) The client does not have authorization.',
      "Please run 'az login'",
      "AADSTS50020: User account 'x' from identity provider 'live.com' does not exist in tenant 'y'.",
      "(SubscriptionNotFound) The subscription 'x' could not be found.",
      "Subscription 'x' could not be found. Check the spelling and casing and try again.",
      "The subscription of 'x' doesn't exist in cloud 'AzureCloud'.",
      "(TenantNotFound) The tenant 'x' could not be found.",
    ])
      assert.ok(!notFound(reason), reason);
  });
});

describe('the stand-in for `az`', () => {
  it('takes the options that are documented, and no others', () => {
    const { command, options, positional } = readCall(
      'acr build --registry r --image a:1 --file infra/Dockerfile --no-logs /tmp/x'.split(' '),
    );
    assert.equal(command, 'acr build');
    assert.deepEqual(options['--image'], ['a:1']);
    assert.deepEqual(positional, ['/tmp/x']);
    assert.throws(() => readCall(['group', 'show', '--group', 'x']), /unrecognized arguments: --group/);
    assert.throws(() => readCall(['group', 'show', 'x']), /unrecognized arguments: x/);
    assert.throws(() => readCall(['grup', 'show']), /misspelled or not recognized/);
  });
});
