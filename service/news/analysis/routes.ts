import { route } from '../../http/route.ts';
import { analysisVersion, type Subject } from './subject.ts';
import { newsSubjectShapes as shapes } from './subject-schema.ts';

export function newsSubjectRoutes(subject: Subject) {
  const { topics, ...rest } = subject;
  const body = {
    ...rest,
    version: analysisVersion(subject),
    topics: Object.entries(topics).map(([name, topic]) => ({ name, ...topic })),
  };
  return { newsSubject: route(shapes.newsSubject, () => body) };
}
