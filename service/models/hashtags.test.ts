import { describe, expect, test } from '@jest/globals';
import { hashtagsIn, limitHashtags, validHashtags } from './hashtags.ts';

describe('Valid hashtags', () => {
  test.each([
    ['of digits only are dropped', ['#2024', '#verano2024'], ['#verano2024']],
    ['of one word stay', ['#Cádiz', 'playa', '##sol'], ['#Cádiz', '#playa', '#sol']],
    ['lose hyphens and other signs', ['#guión-bajo', '#sun!', '#a.b', '#under_score'], ['#guiónbajo', '#sun', '#ab', '#under_score']],
    ['in one text are two', ['#sun #beach', 'sea, sand'], ['#sun', '#beach', '#sea', '#sand']],
    ['with a space inside are one word', ['#red bike'], ['#redbike']],
    ['that differ in case only are one', ['#Sun', '#sun', '#SUN'], ['#Sun']],
    ['that differ in accents are two, as on Instagram', ['#papa', '#papá'], ['#papa', '#papá']],
    ['in two Unicode forms are one', ['#Cádiz', '#Ca\u0301diz'], ['#Cádiz']],
    ['longer than 100 characters are dropped', [`#${'x'.repeat(101)}`, `#${'y'.repeat(100)}`], [`#${'y'.repeat(100)}`]],
    ['without a letter are dropped', ['#', '#_', '', '#🌊', '# '], []],
    ['in other scripts stay', ['#海', '#море'], ['#海', '#море']],
  ])('%s', (_, given, expected) => {
    expect(validHashtags(given)).toEqual(expected);
  });
});

describe('A caption without hashtags', () => {
  const limit = (text: string, max = 0, own: readonly string[] = []) => limitHashtags(text, { max, own: new Set(own), maxOwn: 30 });

  test.each([
    ['has words in their place', 'Sun over #Cádiz with #friends.', 'Sun over Cádiz with friends.'],
    ['has no list of them at its end', 'Golden hour. #sun #beach', 'Golden hour.'],
    ['has no list of them in its last line', 'Golden hour\n\n#sun', 'Golden hour'],
    ['has no list of them after an emoji', 'Golden hour ☀️ #sun', 'Golden hour ☀️'],
    ['keeps the last word of its sentence', 'Sun over #Cádiz', 'Sun over Cádiz'],
    ['keeps numbers', 'We are #1, in C#5', 'We are #1, in C#5'],
    ['keeps links', 'See example.com/#menu', 'See example.com/#menu'],
    ['keeps its spaces', 'Sun  and sea', 'Sun  and sea'],
  ])('%s', (_, given, expected) => {
    expect(limit(given)).toBe(expected);
  });

  test('keeps those of the caller', () => {
    expect(limit('At #CasaPaco with #friends. #sun', 0, ['#casapaco'])).toBe('At #CasaPaco with friends.');
  });

  test('keeps as many as the limit allows, the first ones', () => {
    expect(limit('#one and #two. #three #four', 3)).toBe('#one and #two. #three');
  });
});

test('Hashtags of a text are found side by side and in other scripts, but not numbers', () => {
  expect(hashtagsIn('#Sun#sea #море #1 # #_x #2024verano')).toEqual(['#sun', '#sea', '#море', '#_x', '#2024verano']);
});
