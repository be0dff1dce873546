import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listedBlobs } from '../../../src/azure-backend/listed-blobs.js';

const page = (blobs: string, marker: string) =>
  `\uFEFF<?xml version="1.0" encoding="utf-8"?><EnumerationResults><Prefix>a</Prefix><Blobs>${blobs}</Blobs>${marker}</EnumerationResults>`;
const read = (text: string) => {
  const { blobs, marker } = listedBlobs(text);
  return { blobs: [...blobs], marker };
};

test('a page of a listing is read as Blob storage writes it', () => {
  const first =
    '<Blob><Name>a/1.json</Name><Properties><Creation-Time>Mon, 30 Nov 2026 02:54:36 GMT</Creation-Time><Last-Modified>Tue, 01 Dec 2026 00:00:00 GMT</Last-Modified></Properties><Metadata><seconds>wait=0&amp;start=&#x31;&#50;&lt;</seconds><empty /><none></none></Metadata><OrMetadata /></Blob>';
  const second =
    '<Blob><Name Encoded="true">a/%EF%BF%BE%26</Name><Properties><Last-Modified>Tue, 01 Dec 2026 00:00:00 GMT</Last-Modified></Properties></Blob>';
  assert.deepEqual(read(page(first + second, '<NextMarker>2!80!MDAw&amp;</NextMarker>')), {
    blobs: [
      {
        name: 'a/1.json',
        createdOn: new Date('2026-11-30T02:54:36Z'),
        metadata: { seconds: 'wait=0&start=12<', empty: '', none: '' },
      },
      { name: 'a/\uFFFE&', createdOn: new Date('2026-12-01T00:00:00Z'), metadata: {} },
    ],
    marker: '2!80!MDAw&',
  });
  for (const last of ['<NextMarker />', '<NextMarker></NextMarker>', ''])
    assert.deepEqual(read(page('', last)), { blobs: [], marker: undefined });
});
