/** Every transformation of a stream without windows and state. */
import './flat-map'
import './map'
import './reduce-by-key'
