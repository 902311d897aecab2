/** Brings data in with a receiver of its own: three thermometers, one of which loses its connection once. */
import { Milliseconds, Receiver, StorageLevel, StreamingContext } from 'millrace'
import { settings } from './support/settings'
import { stopAfter } from './support/stop-after'

interface Reading { readonly room: string, readonly degrees: number }

/** Reads all thermometers every 20 ms. What really reads a device differs in `read` and in nothing else. */
class Thermometers extends Receiver<Reading> {
  private timer: NodeJS.Timeout | undefined
  private reads = 0

  constructor(private readonly rooms: readonly string[]) { super(StorageLevel.MEMORY_ONLY) }

  onStart(): void {
    this.timer = setInterval(() => {
      try {
        for (const room of this.rooms) void this.store({ room, degrees: this.read(room) })
      } catch (error) {
        // onStop, a rest of 100 ms, onStart.
        this.restart('A thermometer does not answer', error, Milliseconds(100))
      }
    }, 20)
  }

  onStop(): void { clearInterval(this.timer) }

  private read(room: string): number {
    if (++this.reads === 61) throw new Error(`${room}: no answer`)
    return 15 + room.length + Math.sin(this.reads / 10)
  }
}

async function main(): Promise<void> {
  const ssc = new StreamingContext(settings('CustomReceiver'), Milliseconds(300))
  ssc.addStreamingListener({
    onReceiverError({ receiverInfo: { streamId, lastErrorMessage } }) {
      console.log(`Receiver ${streamId}: ${lastErrorMessage}`)
    },
  })

  const readings = ssc.receiverStream(new Thermometers(['mill', 'loft', 'cellar']))
  const sums = readings.map(({ room, degrees }) => [room, { degrees, count: 1 }])
    .reduceByKey((a, b) => ({ degrees: a.degrees + b.degrees, count: a.count + b.count }))
  const averages = sums.mapValues(({ degrees, count }) =>
    `${(degrees / count).toFixed(1)} degrees on average of ${count} readings`)
  averages.print()
  stopAfter(ssc, 4)

  await ssc.start()
  await ssc.awaitTermination()
}

void main()
