/** Every window operator. */
import './count-by-value-and-window'
import './count-by-window'
import './group-by-key-and-window'
import './reduce-by-key-and-window'
import './reduce-by-window'
import './window'
