import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { AzFailed } from '../../../src/deployment/az/az-failed.js';
import { createAz } from '../../../src/deployment/az/create-az.js';
import { reasonOf } from '../../../src/deployment/az/reason-of.js';
import { readCall } from '../../fixtures/az/commands.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

describe('the reason that `az` gives', () => {
  it('is the text of its error, without warnings and without the same once more', () => {
    assert.equal(
      reasonOf(
        "WARNING: A new Bicep release is available.\nERROR: (ResourceGroupNotFound) Resource group 'x' could not be found.\nCode: ResourceGroupNotFound\nMessage: Resource group 'x' could not be found.\n",
      ),
      "(ResourceGroupNotFound) Resource group 'x' could not be found.",
    );
    assert.equal(reasonOf('WARNING: A new Bicep release is available.\n'), undefined);
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

  it('is found in the documents of App Service, whose keys have capitals, on one line', () => {
    const text =
      'Operation cannot be completed without additional quota. \r\nCurrent Limit (ElasticPremium VMs): 0 \r\n';
    const message = JSON.stringify({
      Code: 'Unauthorized',
      Message: text,
      Target: null,
      Details: [{ Message: text }, { Code: 'Unauthorized' }],
    });
    const details = [{ code: 'Unauthorized', message }];
    assert.equal(
      reasonOf(
        `ERROR: ${JSON.stringify({ error: { code: 'DeploymentFailed', message: 'One failed.', details } })}`,
      ),
      'Operation cannot be completed without additional quota. Current Limit (ElasticPremium VMs): 0',
    );
  });

  it('is the error that it broke off with, without the way there', () => {
    const stderr = `ERROR: The command failed with an unexpected error. Here is the traceback:
ERROR: 'NoneType' object has no attribute 'get'
Traceback (most recent call last):
  File "cli.py", line 233, in invoke
    raise ValueError()
ValueError: inner

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "cli.py", line 250, in invoke
    self.get()
AttributeError: 'NoneType' object has no attribute 'get'
To check existing issues, please visit: https://github.com/Azure/azure-cli/issues
`;
    const reason = reasonOf(stderr) ?? '';
    assert.match(
      reason,
      /^it broke off with AttributeError: 'NoneType' object has no attribute 'get'\. .*az upgrade/,
    );
    assert.doesNotMatch(reason, /Traceback|File/);
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

describe('an `az` that does not work', () => {
  const make = temporaryFolders();
  const tell = async (files: Record<string, string>): Promise<string> => {
    const az = createAz({ PATH: await make(files) }, new AbortController().signal);
    return az.json(z.object({ name: z.string() }), 'group', 'show', '--name', 'x').then(
      () => 'nothing',
      (error: Error) => error.message,
    );
  };

  it('says how it ended, when it did not say why', async () => {
    assert.match(
      await tell({ 'az*': '#!/bin/sh\nkill -9 $$\n' }),
      /^Cannot complete `az group show`: it was killed \(SIGKILL\)\./,
    );
    assert.match(
      await tell({ 'az*': '#!/bin/sh\necho WARNING: old >&2; exit 7\n' }),
      /: it ended with exit code 7 and did not say why$/,
    );
    assert.match(await tell({ az: '' }), /: it cannot be run \(EACCES\)\. `az` on PATH must be a program/);
  });

  it('tells an answer that is none from one that lacks something', async () => {
    assert.match(
      await tell({ 'az*': '#!/bin/sh\necho "<!DOCTYPE html><html>Sign in</html>"\n' }),
      /^Cannot complete `az group show`: its answer is not JSON, and begins with "<!DOCTYPE html>/,
    );
    assert.match(
      await tell({ 'az*': '#!/bin/sh\necho "{}"\n' }),
      /`az group show`: its answer lacks what is needed .*az upgrade/,
    );
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
