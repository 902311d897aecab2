/** Every transformation and action on RDDs of pairs. */
import './combine-by-key'
import './group-by-key'
import './map-values'
import './reduce-by-key'
