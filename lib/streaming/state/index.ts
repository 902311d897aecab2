/** Every operator with state. */
import './map-with-state-dstream'
import './update-state-by-key'
