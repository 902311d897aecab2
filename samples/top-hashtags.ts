/** Shows the three most used hashtags of the last second, again and again. */
import { Milliseconds, Seconds, StreamingContext } from 'millrace'
import { settings } from './support/settings'
import { stopAfter } from './support/stop-after'

const posts = [
  ['fresh bread #bread #morning', 'off to the mill #mill', 'more #bread please'],
  ['the wheel is stuck #mill #help', 'who can #help?', '#bread and butter'],
  ['it turns again #mill #wheel', 'thanks all #mill'],
  ['#morning run along the #race', 'water is high #race #mill'],
  ['#race day', 'the #race is on', '#bread for everyone #race'],
]

async function main(): Promise<void> {
  const ssc = new StreamingContext(settings('TopHashtags'), Milliseconds(250))
  const hashtags = ssc.queueStream(posts).flatMap(post => post.match(/#\w+/g) ?? [])
  const counts = hashtags.map(hashtag => [hashtag, 1]).reduceByKeyAndWindow((a, b) => a + b, Seconds(1))

  let windows = 0
  counts.foreachRDD(async rdd => {
    // Ordered by count, then by name; top keeps three elements a partition and never sorts the rest.
    const top = await rdd.map(([hashtag, count]) => [count, hashtag]).top(3)
    console.log(`window ${++windows}: ${top.map(([count, hashtag]) => `${hashtag} ${count}`).join(', ')}`)
  })
  stopAfter(ssc, posts.length)

  await ssc.start()
  await ssc.awaitTermination()
}

void main()
